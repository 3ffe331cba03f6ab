package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.catalog.jdbc.JdbcRehearsalLog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.rehearsal.ProtectedPlaces;
import io.saddlebag.rehearsal.Rehearsals;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Composes restore tests: what a node protects, and where they take place. */
final class Rehearsing {
    /** In the state folder; short, since the paths of sockets are. */
    static final String PLACE = "rehearsal";

    /** What else is in the state folder. */
    private static final List<String> STATE =
            List.of("leases", "run", "transcripts", "logs", "checkpoints", "boot-test", "cluster-hashes", "views");

    private final ConfigFile config;
    private final Databases databases;
    private final Map<String, Path> pools;

    private Rehearsing(ConfigFile config, Databases databases, Map<String, Path> pools) {
        this.config = config;
        this.databases = databases;
        this.pools = pools;
    }

    static Rehearsals of(
            ConfigFile config,
            Databases databases,
            Map<String, Path> pools,
            RestoreServices restoring,
            JdbcStore store,
            Clock clock) {
        return new Rehearsals(new Rehearsals.Parts(
                restoring,
                new JdbcRehearsalLog(store),
                protectedPlaces(config, databases, pools),
                clock,
                config.state().resolve(PLACE)));
    }

    static ProtectedPlaces protectedPlaces(ConfigFile config, Databases databases, Map<String, Path> pools) {
        return new Rehearsing(config, databases, pools)::places;
    }

    private Map<Path, String> places() throws IOException, InterruptedException {
        Map<Path, String> places = new HashMap<>();
        for (String name : databases.names()) {
            for (DatabaseComponent component : components(databases.get(name))) {
                places.put(component.path(), component.name() + " of database " + name);
            }
        }
        pools.forEach((name, folder) -> places.put(folder, "pool " + name));
        config.node()
                .libraries()
                .forEach((name, library) -> places.put(config.resolve(library.folder()), "library " + name));
        for (String own : List.of("config", "routes")) {
            places.put(config.home().resolve(own), "this node's configuration");
        }
        for (String own : STATE) {
            places.put(config.state().resolve(own), "this node's state");
        }
        return places;
    }

    /** One that can't be asked has nothing to say; where it was when it was backed up is known from the catalog. */
    private static List<DatabaseComponent> components(DatabaseAdapter database)
            throws IOException, InterruptedException {
        List<DatabaseComponent> all = new ArrayList<>();
        try {
            all.addAll(database.components());
            DatabaseWriter writer = database.writer().orElse(null);
            if (writer != null) {
                all.addAll(writer.recoveryArea());
            }
        } catch (BackupException down) {
            return all;
        }
        return all;
    }
}
