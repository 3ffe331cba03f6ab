package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.database.Protection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code config/saddlebag.yaml}. Paths are relative to the home folder, the one that holds {@code config/}.
 *
 * @param node this host's name in labels and the catalog; null for the machine's own name
 * @param keys what is to be known of keys beside their files in {@code config/keys}
 * @param state folder of catalog, job log, transcripts and leases
 * @param checkpoints what interrupted backups go on from
 * @param snapshots what snapshot providers need to be told
 * @param wallet where its passphrase comes from
 * @param users who may ask; with none of them, everybody who gets to the node has the node's rights
 * @param groups what is backed up and restored together (W23)
 * @param journals sources of journals that are backed up (J)
 */
public record NodeConfig(
        @Nullable String node,
        String state,
        Map<String, LibraryConfig> libraries,
        Map<String, FamilyConfig> families,
        Map<String, DatabaseConfig> databases,
        Map<String, PoolConfig> pools,
        Map<String, KeyConfig> keys,
        WalletConfig wallet,
        Map<String, UserConfig> users,
        CheckpointConfig checkpoints,
        SnapshotsConfig snapshots,
        Map<String, GroupConfig> groups,
        Map<String, JournalConfig> journals) {
    public static final String DEFAULT_STATE = "var";

    public NodeConfig(
            @JsonProperty("node") @Nullable String node,
            @JsonProperty("state") @Nullable String state,
            @JsonProperty("libraries") @Nullable Map<String, LibraryConfig> libraries,
            @JsonProperty("families") @Nullable Map<String, FamilyConfig> families,
            @JsonProperty("databases") @Nullable Map<String, DatabaseConfig> databases,
            @JsonProperty("pools") @Nullable Map<String, PoolConfig> pools,
            @JsonProperty("keys") @Nullable Map<String, KeyConfig> keys,
            @JsonProperty("wallet") @Nullable WalletConfig wallet,
            @JsonProperty("users") @Nullable Map<String, UserConfig> users,
            @JsonProperty("checkpoints") @Nullable CheckpointConfig checkpoints,
            @JsonProperty("snapshots") @Nullable SnapshotsConfig snapshots,
            @JsonProperty("groups") @Nullable Map<String, GroupConfig> groups,
            @JsonProperty("journals") @Nullable Map<String, JournalConfig> journals) {
        this.node = node;
        this.state = state == null ? DEFAULT_STATE : state;
        this.libraries = libraries == null ? Map.of() : Map.copyOf(libraries);
        this.families = families == null ? Map.of() : Map.copyOf(families);
        this.databases = databases == null ? Map.of() : Map.copyOf(databases);
        this.pools = pools == null ? Map.of() : Map.copyOf(pools);
        this.keys = keys == null ? Map.of() : Map.copyOf(keys);
        this.wallet = wallet == null ? WalletConfig.DEFAULT : wallet;
        this.users = users == null ? Map.of() : Map.copyOf(users);
        this.checkpoints = checkpoints == null ? CheckpointConfig.DEFAULT : checkpoints;
        this.snapshots = snapshots == null ? SnapshotsConfig.DEFAULT : snapshots;
        this.groups = groups == null ? Map.of() : Map.copyOf(groups);
        this.journals = journals == null ? Map.of() : Map.copyOf(journals);
        this.journals.forEach(this::requireKept);
    }

    /** What continuous operation merges and throws away is no journal that could be backed up (J21). */
    private void requireKept(String name, JournalConfig source) {
        String owner = source.database();
        DatabaseConfig database = owner == null ? null : databases.get(owner);
        if (database != null && database.protection() == Protection.CONTINUOUS_OPERATION) {
            throw new IllegalArgumentException("journals." + name + " are those of database " + owner
                    + ", whose protection is continuous-operation: that keeps no journals; take the journals out, or choose"
                    + " archive-log for databases." + owner);
        }
    }
}
