package io.saddlebag.it;

import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** pgBackRest with a configuration of its own, beside which its repository is. Everything of it runs as the server's user. */
final class BenchPgBackRest {
    static final String PROGRAM = "/usr/bin/pgbackrest";

    private final Path config;

    private BenchPgBackRest(Path config) {
        this.config = config;
    }

    static boolean isInstalled() {
        return Files.isExecutable(Path.of(PROGRAM));
    }

    /**
     * @param place is made; has spool, locks and configuration
     * @param repository may be another one's
     * @param options of section {@code global}, a line each
     */
    static BenchPgBackRest in(Path place, Path repository, PostgresqlSettings settings, Path sockets, String... options)
            throws IOException {
        Files.createDirectories(repository);
        for (String each : List.of("spool", "log", "lock")) {
            Files.createDirectories(place.resolve(each));
        }
        Path config = place.resolve("pgbackrest.conf");
        Files.writeString(config, """
                [global]
                repo1-path=%6$s
                spool-path=%1$s/spool
                log-path=%1$s/log
                lock-path=%1$s/lock
                %2$s
                process-max=2
                [orders]
                pg1-path=%3$s
                pg1-port=%4$s
                pg1-user=postgres
                pg1-socket-path=%5$s
                """.formatted(
                place, String.join("\n", options), settings.dataDirectory(), settings.port(), sockets, repository));
        for (Path each : List.of(place, repository)) {
            PostgresServer.ownedByServer(each);
            PostgresServer.makeReachable(each.resolve("any"));
        }
        return new BenchPgBackRest(config);
    }

    /** As the server would run it. */
    List<String> command(String... arguments) {
        List<String> all = new ArrayList<>(List.of(PROGRAM, "--config=" + config, "--stanza=orders"));
        all.addAll(List.of(arguments));
        return all;
    }

    /** As we run it. */
    List<String> asServer(String... arguments) {
        List<String> all = new ArrayList<>(PostgresServer.asServer());
        all.addAll(command(arguments));
        return all;
    }
}
