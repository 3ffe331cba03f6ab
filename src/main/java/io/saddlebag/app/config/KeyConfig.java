package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a key beside its files (X10).
 *
 * @param escrow whether its identity is kept elsewhere on purpose, for the day when this node is lost
 * @param passwordEnvironment the environment variable that holds a password; null when a file does
 */
public record KeyConfig(
        @JsonProperty("escrow") boolean escrow,
        @JsonProperty("passwordEnvironment") @Nullable String passwordEnvironment) {}
