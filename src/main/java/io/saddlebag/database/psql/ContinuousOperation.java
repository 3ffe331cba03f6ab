package io.saddlebag.database.psql;

import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Turns it on and off for lists of files. It is a state of the engine and belongs to no process, so that the list of the files of
 * each backup is kept, durable, from before the begin to after the end: whoever finds it can end what it began.
 */
final class ContinuousOperation {
    private static final String LIST = ".lst";
    /** Beside a data file while changes to it go elsewhere. */
    private static final String DELTA = ".^^^";

    private static final int MOST_LINES = 20;

    private final PsqlSettings settings;
    private final Processes processes;

    ContinuousOperation(PsqlSettings settings, Processes processes) {
        this.settings = settings;
        this.processes = processes;
    }

    /** The backups whose lists are there. */
    List<String> known() throws IOException {
        if (!Files.isDirectory(settings.lists())) {
            return List.of();
        }
        try (Stream<Path> lists = Files.list(settings.lists())) {
            return lists.map(each -> each.getFileName().toString())
                    .filter(each -> each.endsWith(LIST))
                    .map(each -> each.substring(0, each.length() - LIST.length()))
                    .sorted()
                    .toList();
        }
    }

    void begin(String id, Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        Path list = list(id);
        Files.createDirectories(settings.lists());
        Path unfinished = list.resolveSibling(id + ".new");
        Files.write(unfinished, settings.files().stream().map(Path::toString).toList());
        force(unfinished);
        Files.move(unfinished, list, StandardCopyOption.ATOMIC_MOVE);
        force(settings.lists());
        butil("-startbu", list, timeout, log);
    }

    void end(String id, Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        butil("-endbu", list(id), timeout, log);
        forget(id);
    }

    void forget(String id) throws IOException {
        Files.deleteIfExists(list(id));
        force(settings.lists());
    }

    /** Of all files together. */
    ByteCount deltas() throws IOException {
        long bytes = 0;
        for (Path file : settings.files()) {
            Path delta = delta(file);
            bytes += Files.exists(delta) ? Files.size(delta) : 0;
        }
        return ByteCount.of(bytes);
    }

    boolean merged() {
        return settings.files().stream().noneMatch(file -> Files.exists(delta(file)));
    }

    private static Path delta(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + DELTA);
    }

    private Path list(String id) {
        return settings.lists().resolve(id + LIST);
    }

    private void butil(String what, Path list, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        Command command =
                Command.of(settings.butil().toString(), what, "@" + list).within(timeout);
        Processes.Finished finished = processes.run(command, line -> {
            log.accept(line);
            if (said.size() < MOST_LINES) {
                said.add(line);
            }
        });
        if (!finished.ok()) {
            throw new IOException(settings.butil().getFileName() + " " + what + " ended with " + finished.exitCode()
                    + ": " + String.join("; ", said));
        }
    }

    private static void force(Path place) throws IOException {
        if (Files.isDirectory(place)
                && place.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel folder = FileChannel.open(place, StandardOpenOption.READ)) {
                folder.force(true);
            }
        } else if (Files.isRegularFile(place)) {
            try (FileChannel file = FileChannel.open(place, StandardOpenOption.WRITE)) {
                file.force(true);
            }
        }
    }
}
