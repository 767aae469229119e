device show files/wrong.toml
