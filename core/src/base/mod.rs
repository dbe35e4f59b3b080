//! What every layer is made of: values, texts, addresses, paths, errors, time and chance.
