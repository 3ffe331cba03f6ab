package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, MariaDB and SQLite, each on a Btrfs of its own, and a tree of files, as groups of one node. */
final class GroupSite implements AutoCloseable {
    /** A busy machine has to get to the snapshot with all three. */
    static final Duration FREEZE = Duration.ofSeconds(20);

    /** Three servers, and a guard for each, on a machine that has other work. */
    static final Duration PATIENT = Site.PATIENT.multipliedBy(5);

    private static final OnlineSource.Limits LIMITS =
            new OnlineSource.Limits(FREEZE, Duration.ofHours(1), Duration.ofHours(1));

    private final Deque<OnlineSource> newestFirst = new ArrayDeque<>();
    private final List<OnlineSource> members;
    private final Path documents;
    private final Path home;

    private GroupSite(Path folder) throws Exception {
        try {
            newestFirst.push(PostgresSource.on(Files.createDirectories(folder.resolve("one")), "btrfs", LIMITS));
            newestFirst.push(MariadbSource.on(Files.createDirectories(folder.resolve("two")), "btrfs", LIMITS));
            newestFirst.push(SqliteSource.on(Files.createDirectories(folder.resolve("three")), "btrfs", LIMITS));
            List<OnlineSource> inOrder = new ArrayList<>(newestFirst);
            Collections.reverse(inOrder);
            members = List.copyOf(inOrder);
            documents = Files.createDirectories(newestFirst.element().place().resolveSibling("documents"));
            StringBuilder databases = new StringBuilder();
            for (OnlineSource each : members) {
                String config = Files.readString(each.home().resolve("config/saddlebag.yaml"));
                databases.append(config.substring(config.indexOf("databases:\n") + "databases:\n".length()));
            }
            home = OnlineSource.home(folder, databases + """
                    groups:
                      shopfront: { databases: [orders, shop, ledger], files: { documents: [%1$s] } }
                      halting: { databases: [orders, shop, ledger], stopped: [shop], files: { documents: [%1$s] } }
                    """.formatted(documents));
        } catch (Exception | Error failed) {
            close();
            throw failed;
        }
    }

    static GroupSite on(Path folder) throws Exception {
        return new GroupSite(folder);
    }

    /** In the groups' order. */
    List<OnlineSource> members() {
        return members;
    }

    Path documents() {
        return documents;
    }

    Path home() {
        return home;
    }

    static String[] backup(String group) {
        return new String[] {"group", "backup", group, "--online", "--pool", "disk", "--family", "nightly", "--json"};
    }

    /** Nobody is frozen or in backup mode, long before any lease of backup mode would end. */
    void requireLetGo(String of) throws Exception {
        requireLetGo(of, members);
    }

    void requireLetGo(String of, List<OnlineSource> some) throws Exception {
        for (OnlineSource each : some) {
            Until.holds(of + ": " + each.database() + " is let go", PATIENT, () -> isLetGo(each));
        }
    }

    private static boolean isLetGo(OnlineSource database) throws Exception {
        try {
            return database.held().isEmpty();
        } catch (SQLException stopped) {
            // it was, or is, and the next look is by another connection
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        @Nullable IOException first = null;
        while (!newestFirst.isEmpty()) {
            try {
                newestFirst.pop().close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
