package io.saddlebag.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.NodeLauncher;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A home folder with a virtual library and a database that scripts stop and start. */
record Site(Path home, String database) {
    /** What a route says when its backup is done. */
    static final String DONE = "backed up: ";

    private static final String CONFIGURATION = """
            node: %1$s-host
            state: var
            libraries:
              vault:
                folder: var/vault
                create: { slots: 2, drives: 1, mailSlots: 1, cartridges: 2, capacity: 16MiB }
            families:
              nightly: { writeWindow: 7d, retention: 14d }
            databases:
              %1$s:
                engine: script
                paths: [%2$s/data]
                stop: [%2$s/stop]
                start: [%2$s/start]
            """;

    private static final String ROUTE = """
            - route:
                id: backup-%1$s
                from:
                  uri: %2$s
                  steps:
                    - to: { uri: "job:begin", parameters: { task: "backup %1$s" } }
                    - to: { uri: "database:%1$s", parameters: { operation: stop } }
                    - to: { uri: "snapshot:create", parameters: { provider: none } }
                    - to: { uri: "backup:%1$s" }
                    - to: { uri: "tape:vault", parameters: { family: nightly } }
                    - to: { uri: "database:%1$s", parameters: { operation: start } }
                    - to: "snapshot:release"
                    - to: "job:end"
                    - log: "%3$s${header.CamelSaddlebagJobState} ${header.CamelSaddlebagVolumes}"
            """;

    static Site in(Path folder, String database) throws IOException {
        Path home = Files.createDirectories(folder).toRealPath();
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/table"), "row 1\nrow 2\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), CONFIGURATION.formatted(database, home));
        for (String script : List.of("stop", "start")) {
            Path file = home.resolve(script);
            Files.writeString(file, "#!/bin/sh\necho %s >> '%s/said'\n".formatted(script, home));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return new Site(home, database);
    }

    String route(String trigger) {
        return ROUTE.formatted(database, trigger, DONE);
    }

    /** Writes the route beside the home folder's other parts, started once by a timer. */
    Path routeFile() throws IOException {
        return Files.writeString(home.resolve("backup.yaml"), route("timer:once?repeatCount=1&delay=1"));
    }

    /** The scripts ran in order, and one backup of this site alone is in the catalog; opens the node to look. */
    void assertBackedUpOnce() throws Exception {
        assertThat(home.resolve("said")).hasContent("stop\nstart");
        try (Node node = new NodeLauncher().start(home)) {
            assertThat(node.catalog().backups(Catalog.Filter.COMPLETE))
                    .extracting((Backup backup) -> backup.about().name())
                    .containsExactly(database);
            assertThat(node.jobs().jobs()).extracting(Job::state).containsExactly(JobState.COMPLETED);
        }
    }
}
