//! Catalogue: what the demo shop sells, in English and Chinese.
//!
//! Invariants
//! - The products are listed in `catalogue.toml`, which is compiled in; a test reads all of it.
//!
//! Not here: the page that shows it (`www`).

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A product of the shop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Product {
    /// `p01`, `p02`, … in the order of the file.
    pub id: String,
    /// Name in English.
    pub name_en: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Identifier of the category, one of a few, such as `phones`.
    pub category: String,
    /// The category's name in Chinese.
    pub category_zh: String,
    /// Name of the brand.
    pub brand: String,
    /// Price in the shop's currency.
    pub price: f64,
    /// Mean rating in stars, 1 to 5.
    pub rating: f64,
    /// A sentence in English.
    pub description_en: String,
    /// A sentence in Chinese.
    pub description_zh: String,
}

#[derive(Deserialize)]
struct File {
    category: Vec<Category>,
}

#[derive(Deserialize)]
struct Category {
    id: String,
    zh: String,
    products: Vec<(String, String, String, f64, f64, String, String)>,
}

/// Every product, in a fixed order.
///
/// # Errors
///
/// `catalogue.toml` does not parse as a catalogue; the message has line and column.
pub fn catalogue() -> Result<Vec<Product>> {
    let file: File = toml::from_str(include_str!("catalogue.toml")).context("src/synth/catalogue.toml")?;
    let mut products = Vec::new();
    for category in file.category {
        for (name_en, name_zh, brand, price, rating, description_en, description_zh) in category.products {
            products.push(Product {
                id: format!("p{:02}", products.len() + 1),
                name_en,
                name_zh,
                category: category.id.clone(),
                category_zh: category.zh.clone(),
                brand,
                price,
                rating,
                description_en,
                description_zh,
            });
        }
    }
    Ok(products)
}
