device show files/broken.toml
