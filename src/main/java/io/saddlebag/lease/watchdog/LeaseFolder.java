package io.saddlebag.lease.watchdog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The leases of a node as files: {@code ID.json} is the record, {@code ID.lock} is locked by the guard as long as it
 * lives, {@code ID.log} is what the guard said. A record is published by rename after fsync, and the folder is fsynced.
 */
final class LeaseFolder {
    private static final String RECORD = ".json";
    private static final int FORMAT = 1;
    private static final int LOG_END_BYTES = 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    LeaseFolder(Path folder) {
        this.folder = folder;
    }

    void create() throws IOException {
        Files.createDirectories(folder);
    }

    Path log(String id) {
        return folder.resolve(id + ".log");
    }

    /** The last line of the guard's log, empty when there is none. */
    String lastLogLine(String id) {
        try (FileChannel file = FileChannel.open(log(id), StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate(LOG_END_BYTES);
            long from = Math.max(0, file.size() - LOG_END_BYTES);
            while (end.hasRemaining() && file.read(end, from + end.position()) > 0) {
                // goes on
            }
            String text = new String(end.array(), 0, end.position(), StandardCharsets.UTF_8).strip();
            return text.substring(text.lastIndexOf('\n') + 1);
        } catch (IOException none) {
            return "";
        }
    }

    /** Returns when the record is durable. */
    void publish(LeaseRecord lease) throws IOException {
        Path unfinished = folder.resolve(lease.id() + ".new");
        try (FileChannel file = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(toJson(lease)));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(unfinished, record(lease.id()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync();
    }

    Optional<LeaseRecord> read(String id) throws IOException {
        try {
            return Optional.of(fromJson(id, JSON.readTree(Files.readAllBytes(record(id)))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (JsonProcessingException torn) {
            throw new IOException("lease record " + record(id) + " isn't JSON: " + torn.getOriginalMessage(), torn);
        }
    }

    /** Oldest first: an id begins with the time of its lease. */
    List<String> ids() throws IOException {
        TreeSet<String> ids = new TreeSet<>();
        try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*" + RECORD)) {
            for (Path each : records) {
                String name = each.getFileName().toString();
                ids.add(name.substring(0, name.length() - RECORD.length()));
            }
        } catch (NoSuchFileException noLeaseYet) {
            return List.of();
        }
        return List.copyOf(ids);
    }

    void delete(String id) throws IOException {
        for (String ending : List.of(RECORD, ".new", ".lock", ".log")) {
            Files.deleteIfExists(folder.resolve(id + ending));
        }
        sync();
    }

    /** Only the record goes: to a holder a missing record means that the guard has acted. */
    void deleteRecord(String id) throws IOException {
        Files.deleteIfExists(record(id));
        sync();
    }

    /**
     * Takes the lock that tells that somebody cares for the lease. The operating system releases it when this process
     * dies. Never ask twice in one process: closing the second channel would release the first one's lock (POSIX).
     *
     * @return empty when another process has it
     */
    Optional<Held> lock(String id) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(id + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            // held by this process itself; Java refuses before the system is asked
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? Optional.empty() : Optional.of(new Held(channel));
    }

    /**
     * Takes the lock that a guard has as long as it may bring this source back, as {@link #lock} does.
     *
     * @return empty when another guard has it
     */
    Optional<Held> lockSource(String source) throws IOException {
        return lock(sourceLock(source));
    }

    private static String sourceLock(String source) {
        return "source-" + UUID.nameUUIDFromBytes(source.getBytes(StandardCharsets.UTF_8));
    }

    /** A lock to wait for: opened now, since nothing may be opened for writing on a file system that is frozen. */
    Awaited awaited(String id) throws IOException {
        return new Awaited(
                FileChannel.open(folder.resolve(id + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    Awaited awaitedSource(String source) throws IOException {
        return awaited(sourceLock(source));
    }

    /** A lock that somebody else may have. */
    record Awaited(FileChannel channel) implements AutoCloseable {
        /** Returns when whoever has it gives it back, or is dead. */
        void take() throws IOException {
            FileLock lock = channel.lock();
            if (!lock.isValid()) {
                throw new IOException("the lock was given back at once");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A held lock. */
    record Held(FileChannel channel) implements AutoCloseable {
        void requireOpen() {
            if (!channel.isOpen()) {
                throw new IllegalStateException("the lock has been given back");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private Path record(String id) {
        return folder.resolve(id + RECORD);
    }

    private void sync() throws IOException {
        if (java.io.File.separatorChar == '\\') {
            // Windows neither opens folders nor needs it: a rename is in the file system's own journal
            return;
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    static ObjectNode toJson(LeaseRecord lease) {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.put("id", lease.id());
        json.put("purpose", lease.purpose());
        ObjectNode action = json.putObject("action");
        action.put("kind", lease.action().kind());
        ObjectNode facts = action.putObject("facts");
        lease.action().facts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue()));
        json.put("armedAt", lease.armedAt().toString());
        json.put("deadline", lease.deadline().toString());
        json.put("state", lease.state().name().toLowerCase(Locale.ROOT));
        json.put("guard", lease.guard());
        json.put("attempts", lease.attempts());
        json.put("lastError", lease.lastError());
        return json;
    }

    static LeaseRecord fromJson(String id, JsonNode json) throws IOException {
        try {
            if (json.path("format").asInt() != FORMAT
                    || !json.path("id").asText().equals(id)) {
                throw new IOException("not a lease of format " + FORMAT + ": " + id);
            }
            String error = json.path("lastError").isNull()
                    ? null
                    : json.path("lastError").asText();
            return new LeaseRecord(
                    id,
                    json.path("purpose").asText(),
                    action(json.path("action")),
                    Instant.parse(json.path("armedAt").asText()),
                    Instant.parse(json.path("deadline").asText()),
                    LeaseState.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT)),
                    json.path("guard").asLong(),
                    json.path("attempts").asInt(),
                    error);
        } catch (DateTimeException | IllegalArgumentException wrong) {
            throw new IOException("lease " + id + " can't be read: " + wrong.getMessage(), wrong);
        }
    }

    /** One line of JSON. */
    static String line(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static JsonNode parse(String line) throws IOException {
        return JSON.readTree(line);
    }

    static Watchdog.Action action(JsonNode json) {
        Map<String, String> facts = new LinkedHashMap<>();
        List<Map.Entry<String, JsonNode>> fields =
                new ArrayList<>(json.path("facts").properties());
        fields.forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
        return new Watchdog.Action(json.path("kind").asText(), facts);
    }
}
