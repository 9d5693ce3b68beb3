//! Text: from what a shopper typed to logits, without a tokenizer.
