//! Writes a sentence-embedding model of a few words as the bytes of an ONNX file and of its tokenizer: as much of either format as the
//! tests need.
//!
//! The model looks each token up in a table. ONNX files are Protocol Buffers: a field is its number and wire type, then its value.

/// The dimension of a token's vector.
pub(crate) const N_DIMS: usize = 4;

/// A Protocol Buffers field whose value is a whole number.
fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

/// A length-delimited field: text, floats or another message.
fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// The declaration of an input or output tensor: its name, its element type, and its dimensions, each a name or a number.
fn tensor(name: &str, elements: u64, dims: &[Result<u64, &str>]) -> Vec<u8> {
    let dim = |dim: &Result<u64, &str>| match dim {
        Ok(value) => bytes(1, &number(1, *value)),
        Err(name) => bytes(1, &bytes(2, name.as_bytes())),
    };
    let shape: Vec<u8> = dims.iter().flat_map(dim).collect();
    let kind = bytes(1, &[number(1, elements), bytes(2, &shape)].concat());
    [bytes(1, name.as_bytes()), bytes(2, &kind)].concat()
}

/// The bytes of `model.onnx`, with the input `input` of token ids and the output `last_hidden_state`.
pub(crate) fn model(table: &[[f32; N_DIMS]], input: &str) -> Vec<u8> {
    const FLOAT: u64 = 1;
    const INT64: u64 = 7;
    let values: Vec<u8> = table.as_flattened().iter().flat_map(|x| x.to_le_bytes()).collect();
    let weights = [
        number(1, table.len() as u64),
        number(1, N_DIMS as u64),
        number(2, FLOAT),
        bytes(8, b"table"),
        bytes(9, &values),
    ]
    .concat();
    let gather = [
        bytes(1, b"table"),
        bytes(1, input.as_bytes()),
        bytes(2, b"last_hidden_state"),
        bytes(3, b"look_up"),
        bytes(4, b"Gather"),
    ]
    .concat();
    let tokens: [Result<u64, &str>; 2] = [Err("batch"), Err("sequence")];
    let graph = [
        bytes(1, &gather),
        bytes(2, b"words"),
        bytes(5, &weights),
        bytes(11, &tensor(input, INT64, &tokens)),
        bytes(12, &tensor("last_hidden_state", FLOAT, &[tokens[0], tokens[1], Ok(N_DIMS as u64)])),
    ]
    .concat();
    let operators = [bytes(1, b""), number(2, 13)].concat();
    [number(1, 8), bytes(8, &operators), bytes(7, &graph)].concat()
}

/// A `tokenizer.json` of the `WordPiece` kind. Token 0 stands for every unknown word.
pub(crate) fn word_pieces(words: &[&str]) -> String {
    let known = words.iter().enumerate().map(|(at, word)| (word.to_string(), serde_json::json!(at + 1)));
    let mut vocab: serde_json::Map<String, serde_json::Value> = known.collect();
    vocab.insert("[UNK]".to_owned(), serde_json::json!(0));
    let normalizer = serde_json::json!({
        "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true
    });
    let model = serde_json::json!({
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
        "vocab": vocab
    });
    of(&normalizer, &serde_json::json!({ "type": "BertPreTokenizer" }), &model)
}

/// A `tokenizer.json` of the Unigram kind, as multilingual models have it.
pub(crate) fn unigrams(words: &[&str]) -> String {
    let known = words.iter().map(|word| serde_json::json!([format!("▁{word}"), -1.0]));
    let vocab: Vec<_> = std::iter::once(serde_json::json!(["<unk>", 0.0])).chain(known).collect();
    let split = serde_json::json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true });
    let model = serde_json::json!({ "type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": false });
    of(&serde_json::json!({ "type": "NFKC" }), &split, &model)
}

fn of(
    normalizer: &serde_json::Value,
    pre_tokenizer: &serde_json::Value,
    model: &serde_json::Value,
) -> String {
    serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer, "post_processor": null, "decoder": null, "model": model
    })
    .to_string()
}
