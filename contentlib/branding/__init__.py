"""The brand's tokens and rules, read from `_brand.yml`; it draws nothing and judges no asset by itself."""
