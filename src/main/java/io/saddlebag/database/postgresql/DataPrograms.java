package io.saddlebag.database.postgresql;

import io.saddlebag.database.BlockFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Programs that look at the files of a stopped server, run as its user. */
final class DataPrograms {
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(20);
    private static final Duration CHECK_LIMIT = Duration.ofHours(2);
    /** Of what a program said. */
    static final int SHOWN_LINES = 10;

    private final PostgresqlSettings settings;
    private final Processes processes;

    DataPrograms(PostgresqlSettings settings, Processes processes) {
        this.settings = settings;
        this.processes = processes;
    }

    void require() throws BackupException {
        for (String name : List.of("pg_controldata", "pg_checksums")) {
            if (!Files.isExecutable(settings.binDirectory().resolve(name))) {
                throw new BackupException(
                        BlockFault.NO_PROGRAM,
                        "there is no " + name + " in " + settings.binDirectory(),
                        "Install all programs of the server there: they say whether a block is whole.");
            }
        }
    }

    ControlData controlData(Path data) throws IOException, InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        if (!run(List.of(program("pg_controldata"), "-D", data.toString()), REPORT_LIMIT, lines)) {
            throw new BackupException(
                    BlockFault.NO_PROGRAM,
                    "pg_controldata can't read " + data + ": " + String.join("; ", lines),
                    "See that the server's user may read the data directory.");
        }
        return ControlData.of(data, lines);
    }

    /** @return what is wrong with the blocks of a relation; empty when all their checksums are right */
    List<String> wrongChecksums(Path data, String fileNode) throws IOException, InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        boolean right = run(
                List.of(program("pg_checksums"), "--check", "--filenode=" + fileNode, "-D", data.toString()),
                CHECK_LIMIT,
                lines);
        if (right) {
            return List.of();
        }
        return lines.isEmpty() ? List.of("pg_checksums failed without a word") : List.copyOf(lines);
    }

    private boolean run(List<String> arguments, Duration limit, List<String> lines)
            throws IOException, InterruptedException {
        RunAs runAs = settings.runAs();
        boolean itself = runAs != null && runAs.user().equals(System.getProperty("user.name"));
        List<String> all = new ArrayList<>(runAs == null || itself ? List.of() : runAs.prefix());
        all.addAll(arguments);
        return processes
                .run(
                        Command.of(all.toArray(String[]::new))
                                .in(Path.of("/"))
                                .with(Map.of("LC_ALL", "C"))
                                .within(limit),
                        line -> {
                            if (lines.size() < 1000) {
                                lines.add(line);
                            }
                        })
                .ok();
    }

    private String program(String name) {
        return settings.binDirectory().resolve(name).toString();
    }
}
