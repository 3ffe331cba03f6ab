package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.database.Protection;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A database: its engine, what every database has, and the options that are its engine's own. */
public final class DatabaseConfig {
    /** Engines whose online backups need the journals that they keep. */
    private static final Set<String> ARCHIVING = Set.of("postgresql", "mariadb", "derby");

    private final String engine;
    private final @Nullable Duration stopTimeout;
    private final @Nullable Duration startTimeout;
    private final @Nullable Duration lease;
    private final @Nullable Duration freeze;
    private final @Nullable Duration backupModeLease;
    private final @Nullable Duration backupModeTimeout;
    private final @Nullable Protection protection;
    private final @Nullable String journals;
    private final @Nullable String recoveryArea;
    private final Map<String, Object> options = new LinkedHashMap<>();

    /**
     * @param engine e.g. {@code postgresql}
     * @param lease how long it may stand still after the job said last that work goes on (W20)
     * @param freeze how long its writes may have to wait for a snapshot (W7)
     * @param backupModeLease as {@code lease}, for backup mode
     * @param backupModeTimeout what the engine's own work at the begin and the end of backup mode may take
     * @param protection one of two (J21); null: as its engine can
     * @param journals name of those that bring it forward; null for the only ones of its engine
     * @param recoveryArea folder in which recoveries collect them (R7); null for one beside the database
     */
    public DatabaseConfig(
            @JsonProperty("engine") @Nullable String engine,
            @JsonProperty("stopTimeout") @Nullable String stopTimeout,
            @JsonProperty("startTimeout") @Nullable String startTimeout,
            @JsonProperty("lease") @Nullable String lease,
            @JsonProperty("freeze") @Nullable String freeze,
            @JsonProperty("backupModeLease") @Nullable String backupModeLease,
            @JsonProperty("backupModeTimeout") @Nullable String backupModeTimeout,
            @JsonProperty("protection") @Nullable ProtectionConfig protection,
            @JsonProperty("journals") @Nullable String journals,
            @JsonProperty("recoveryArea") @Nullable String recoveryArea) {
        this.engine = LibraryConfig.required("engine", engine);
        this.stopTimeout = stopTimeout == null ? null : Durations.parse(stopTimeout);
        this.startTimeout = startTimeout == null ? null : Durations.parse(startTimeout);
        this.lease = lease == null ? null : Durations.parse(lease);
        this.freeze = freeze == null ? null : Durations.parse(freeze);
        this.backupModeLease = backupModeLease == null ? null : Durations.parse(backupModeLease);
        this.backupModeTimeout = backupModeTimeout == null ? null : Durations.parse(backupModeTimeout);
        this.protection = protection == null ? null : protection.value();
        this.journals = journals;
        this.recoveryArea = recoveryArea;
        if (this.protection == Protection.CONTINUOUS_OPERATION && ARCHIVING.contains(this.engine)) {
            throw new IllegalArgumentException("engine " + this.engine
                    + " has no continuous operation: its online backups need its journals, protection archive-log");
        }
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

    public @Nullable Duration backupModeTimeout() {
        return backupModeTimeout;
    }

    public @Nullable Protection protection() {
        return protection;
    }

    public @Nullable String journals() {
        return journals;
    }

    public @Nullable String recoveryArea() {
        return recoveryArea;
    }

    /** The engine's own options as written. */
    public Map<String, Object> options() {
        return Collections.unmodifiableMap(options);
    }
}
