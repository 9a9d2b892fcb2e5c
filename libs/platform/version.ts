/** The version of the product, as package.json says; a test compares the two. */
export const PRODUCT_VERSION = '0.1.0';
