package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database: its engine, what every database has, and the options that are its engine's own. */
public final class DatabaseConfig {
    private final String engine;
    private final @Nullable Duration stopTimeout;
    private final @Nullable Duration startTimeout;
    private final @Nullable Duration lease;
    private final Map<String, Object> options = new LinkedHashMap<>();

    /**
     * @param engine e.g. {@code postgresql}
     * @param lease how long it may stand still after the job said last that work goes on (W20)
     */
    public DatabaseConfig(
            @JsonProperty("engine") @Nullable String engine,
            @JsonProperty("stopTimeout") @Nullable String stopTimeout,
            @JsonProperty("startTimeout") @Nullable String startTimeout,
            @JsonProperty("lease") @Nullable String lease) {
        this.engine = LibraryConfig.required("engine", engine);
        this.stopTimeout = stopTimeout == null ? null : Durations.parse(stopTimeout);
        this.startTimeout = startTimeout == null ? null : Durations.parse(startTimeout);
        this.lease = lease == null ? null : Durations.parse(lease);
    }

    @JsonAnySetter
    void option(String name, Object value) {
        options.put(name, value);
    }

    public String engine() {
        return engine;
    }

    public @Nullable Duration stopTimeout() {
        return stopTimeout;
    }

    public @Nullable Duration startTimeout() {
        return startTimeout;
    }

    public @Nullable Duration lease() {
        return lease;
    }

    /** The engine's own options as written. */
    public Map<String, Object> options() {
        return Collections.unmodifiableMap(options);
    }
}
