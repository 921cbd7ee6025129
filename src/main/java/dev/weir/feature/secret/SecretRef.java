package dev.weir.feature.secret;

/** A stage's wish: the variable {@code env} of its handlers holds the secret {@code secretId}. */
public record SecretRef(String env, String secretId) {}
