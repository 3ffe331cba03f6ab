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
    private final @Nullable Duration freeze;
    private final @Nullable Duration backupModeLease;
    private final Map<String, Object> options = new LinkedHashMap<>();

    /**
     * @param engine e.g. {@code postgresql}
     * @param lease how long it may stand still after the job said last that work goes on (W20)
     * @param freeze how long its writes may have to wait for a snapshot (W7)
     * @param backupModeLease as {@code lease}, for backup mode
     */
    public DatabaseConfig(
            @JsonProperty("engine") @Nullable String engine,
            @JsonProperty("stopTimeout") @Nullable String stopTimeout,
            @JsonProperty("startTimeout") @Nullable String startTimeout,
            @JsonProperty("lease") @Nullable String lease,
            @JsonProperty("freeze") @Nullable String freeze,
            @JsonProperty("backupModeLease") @Nullable String backupModeLease) {
        this.engine = LibraryConfig.required("engine", engine);
        this.stopTimeout = stopTimeout == null ? null : Durations.parse(stopTimeout);
        this.startTimeout = startTimeout == null ? null : Durations.parse(startTimeout);
        this.lease = lease == null ? null : Durations.parse(lease);
        this.freeze = freeze == null ? null : Durations.parse(freeze);
        this.backupModeLease = backupModeLease == null ? null : Durations.parse(backupModeLease);
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

    public @Nullable Duration freeze() {
        return freeze;
    }

    public @Nullable Duration backupModeLease() {
        return backupModeLease;
    }

    /** The engine's own options as written. */
    public Map<String, Object> options() {
        return Collections.unmodifiableMap(options);
    }
}
