package io.saddlebag.app.config;

import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.media.MediaFamily;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The configuration of the node whose home folder this is. */
public final class ConfigFile {
    /** Below the home folder. */
    public static final String PLACE = "config/saddlebag.yaml";

    private final Path home;
    private final NodeConfig config;

    private ConfigFile(Path home, NodeConfig config) {
        this.home = home;
        this.config = config;
    }

    /** @throws BackupException with a {@link ConfigFault}, naming file, line and what is valid */
    public static ConfigFile read(Path home) throws IOException {
        Path file = home.toAbsolutePath().normalize().resolve(PLACE);
        try {
            NodeConfig config = CheckedYaml.of(file)
                    .as(NodeConfig.class)
                    .orElseGet(() -> new NodeConfig(
                            null, null, null, null, null, null, null, null, null, null, null, null, null));
            ConfigFile read = new ConfigFile(home.toAbsolutePath().normalize(), config);
            read.families();
            read.checkpoints();
            read.groups();
            config.pools().forEach((name, pool) -> pool.settings(name));
            return read;
        } catch (NoSuchFileException e) {
            throw new BackupException(
                    ConfigFault.MISSING,
                    "there is no configuration file " + file,
                    "Start in the folder that holds config/, or name it with --home.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new BackupException(
                    ConfigFault.MALFORMED, file + ": " + e.getMessage(), "Mend that option and start again.", e);
        }
    }

    public Path home() {
        return home;
    }

    public NodeConfig node() {
        return config;
    }

    /** A path of the configuration, relative to the home folder. */
    public Path resolve(String path) {
        return home.resolve(path).normalize();
    }

    public Path state() {
        return resolve(config.state());
    }

    /** @throws IllegalArgumentException naming what is out of range */
    public CheckpointSettings checkpoints() {
        String folder = config.checkpoints().folder();
        return config.checkpoints().in(folder == null ? state().resolve(CheckpointConfig.PLACE) : resolve(folder));
    }

    /** @throws IllegalArgumentException naming what is wrong */
    public Map<String, ConsistencyGroup> groups() {
        Map<String, ConsistencyGroup> groups = new TreeMap<>();
        config.groups().forEach((name, group) -> {
            for (String database : group.databases()) {
                if (!config.databases().containsKey(database)) {
                    throw new IllegalArgumentException(
                            "groups." + name + ".databases: there is no database '" + database + "'; there are "
                                    + new TreeSet<>(config.databases().keySet()));
                }
            }
            groups.put(name, group.group(name));
        });
        return groups;
    }

    public List<MediaFamily> families() {
        List<MediaFamily> families = new ArrayList<>();
        for (Map.Entry<String, FamilyConfig> entry : config.families().entrySet()) {
            families.add(entry.getValue().family(entry.getKey()));
        }
        return families;
    }
}
