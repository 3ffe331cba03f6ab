package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;

/**
 * Watches the next job of a node from outside, by what it leaves behind: its transcript, the register and the catalog
 * (read only, so that nothing is put right by looking), and cartridges. Made before the job's process starts.
 */
final class JobTrace implements AutoCloseable {
    private static final Map<Moment, String> LINES = Map.of(
            Moment.STOP_BEGUN, "begins: stop orders",
            Moment.STOPPED, "ended: stop orders",
            Moment.STARTED, "ended: start orders",
            Moment.SWAP_BEGUN, "begins: put restored components in place",
            Moment.SWAPPED, "ended: put restored components in place",
            Moment.JOB_ENDED, "ends as ");

    private final Path transcripts;
    private final Path cartridges;
    private final Connection catalog;
    private final Set<Path> oldTranscripts;
    private final Set<Path> written;
    private final Map<String, Integer> filesBefore;
    private final long completeBefore;

    /** @param home of a node that has been opened before */
    JobTrace(Path home) throws IOException, SQLException {
        Path state = home.resolve("var");
        transcripts = state.resolve("transcripts");
        cartridges = home.resolve("vault/cartridges");
        SQLiteConfig reading = new SQLiteConfig();
        reading.setReadOnly(true);
        reading.setBusyTimeout(5_000);
        catalog = reading.createConnection("jdbc:sqlite:" + state.resolve("catalog.sqlite"));
        oldTranscripts = in(transcripts);
        written = notBlank();
        filesBefore = appendable();
        completeBefore = complete();
    }

    boolean reached(Moment moment) throws IOException, SQLException {
        return switch (moment) {
            case JOB_BEGUN -> !transcript().isEmpty();
            case LABEL_BEGUN -> !written.containsAll(notBlank());
            case MEDIA_COMMITTED ->
                appendable().entrySet().stream()
                        .anyMatch(volume -> volume.getValue() > filesBefore.getOrDefault(volume.getKey(), 0));
            case CATALOG_COMMITTED -> complete() > completeBefore;
            default -> transcript().contains(line(moment));
        };
    }

    /** When each moment was first seen, by {@link System#nanoTime()}, of a process that runs to its end. */
    Map<Moment, Long> watch(Process process) throws IOException, SQLException {
        Map<Moment, Long> seen = new EnumMap<>(Moment.class);
        boolean over = false;
        while (!over) {
            // once more after the end: what came last is there now
            over = !process.isAlive();
            for (Moment moment : Moment.values()) {
                if (!seen.containsKey(moment) && reached(moment)) {
                    seen.put(moment, System.nanoTime());
                }
            }
            Until.aMoment();
        }
        return seen;
    }

    /** Whether the job's end is recorded. */
    boolean jobHasEnded() throws IOException, SQLException {
        try (Statement statement = catalog.createStatement();
                ResultSet job =
                        statement.executeQuery("select ended_at from job order by number desc, part desc limit 1")) {
            return job.next() && job.getString(1) != null;
        }
    }

    /** Where the newest job is, by its recorded steps. */
    String step() throws SQLException {
        try (Statement statement = catalog.createStatement();
                ResultSet step = statement.executeQuery(
                        "select s.name, s.ended_at from job_step s join (select number, part from job"
                                + " order by number desc, part desc limit 1) j on s.number = j.number and s.part = j.part"
                                + " order by s.step desc limit 1")) {
            if (!step.next()) {
                return "before the first step";
            }
            return (step.getString(2) == null ? "in '" : "after '")
                    + step.getString(1).replaceAll("sbg-[a-z0-9]+|[0-9]+", "n") + "'";
        }
    }

    String transcript() throws IOException {
        Optional<Path> mine;
        Set<Path> now = in(transcripts);
        mine = now.stream().filter(each -> !oldTranscripts.contains(each)).findAny();
        return mine.isPresent() ? Files.readString(mine.get()) : "";
    }

    @Override
    public void close() throws SQLException {
        catalog.close();
    }

    private static String line(Moment moment) {
        String line = LINES.get(moment);
        if (line == null) {
            throw new IllegalArgumentException("no line of a transcript tells of " + moment);
        }
        return line;
    }

    private Map<String, Integer> appendable() throws SQLException {
        Map<String, Integer> files = new HashMap<>();
        try (Statement statement = catalog.createStatement();
                ResultSet volumes = statement.executeQuery("select id, files from volume where state = 'APPENDABLE'")) {
            while (volumes.next()) {
                files.put(volumes.getString(1), volumes.getInt(2));
            }
        }
        return files;
    }

    private long complete() throws SQLException {
        try (Statement statement = catalog.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from backup where state = 'COMPLETE'")) {
            return count.getLong(1);
        }
    }

    private Set<Path> notBlank() throws IOException {
        Set<Path> found = new HashSet<>();
        for (Path each : in(cartridges)) {
            if (each.toString().endsWith(".tap") && Files.size(each) > 0) {
                found.add(each);
            }
        }
        return found;
    }

    private static Set<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return new HashSet<>(all.toList());
        }
    }
}
