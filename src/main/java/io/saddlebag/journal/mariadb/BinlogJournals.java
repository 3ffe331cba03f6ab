package io.saddlebag.journal.mariadb;

import io.saddlebag.database.JournalServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.journal.FollowedIncarnation;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import io.saddlebag.journal.Remnant;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The binary logs of a MariaDB server on this machine: read as files, ended and deleted by the server. A log counts as closed when the
 * server writes a later one and its last event says so, or its first one that the server died with it.
 *
 * <p>The server deletes from the first log on only. One that is released while earlier ones are not, or that a replica still
 * reads, stays where it is, is no longer shown, and goes with the next one that can.
 */
public final class BinlogJournals implements JournalSource {
    private static final Pattern NAME = Pattern.compile("[^/]{1,180}\\.(\\d{6,18})");

    private final String name;
    private final FollowedIncarnation incarnation;
    private final JournalServer server;
    private final HostFiles files;
    private final Set<String> closed = new HashSet<>();
    private final Set<String> letGo = new HashSet<>();

    /** @param incarnation the next one when the server's numbers begin anew, by a recovery or by {@code RESET MASTER} */
    public BinlogJournals(String name, FollowedIncarnation incarnation, JournalServer server, HostFiles files) {
        this.name = name;
        this.incarnation = incarnation;
        this.server = server;
        this.files = files;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.QUIET_POINT, Ability.SWITCH);
    }

    @Override
    public JournalLayout layout() {
        return JournalLayout.FIXED_SIZE;
    }

    @Override
    public Optional<JournalId> identify(String file) {
        Matcher matcher = NAME.matcher(file);
        return matcher.matches()
                ? Optional.of(new JournalId(incarnation.number(), Long.parseLong(matcher.group(1))))
                : Optional.empty();
    }

    @Override
    public JournalView look() throws IOException {
        return incarnation.look(this::forget, this::seen);
    }

    /** Another incarnation has other logs of the same names. */
    private void forget() {
        closed.clear();
        letGo.clear();
    }

    private JournalView seen() throws IOException {
        JournalServer.JournalFiles seen = server.look();
        List<JournalServer.JournalFile> all = seen.files();
        List<Journal> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            JournalServer.JournalFile file = all.get(i);
            if (file.current()) {
                found.add(current(seen, file));
            } else if (!letGo.contains(file.name())) {
                requireClosed(seen.folder(), file, all.get(i + 1).name());
                found.add(
                        new Journal(id(file), file.name(), file.bytes(), Journal.State.READY, 0, 0, seen.limitBytes()));
            }
        }
        return new JournalView(seen.on(), found);
    }

    /** As long as it holds no more than each begins with, it holds nothing: else each pass would end a log, and have one to back up. */
    private Journal current(JournalServer.JournalFiles seen, JournalServer.JournalFile file) throws IOException {
        boolean empty = asked(seen.folder(), file.name(), log -> log.isEmpty(file.bytes()));
        return new Journal(
                id(file), file.name(), empty ? 0 : file.bytes(), Journal.State.CURRENT, 0, 0, seen.limitBytes());
    }

    private void requireClosed(Path folder, JournalServer.JournalFile file, String next) throws IOException {
        if (closed.contains(file.name())) {
            return;
        }
        BinlogFile.Ending ending = asked(folder, file.name(), log -> log.ending(file.bytes(), next));
        if (ending == BinlogFile.Ending.TORN) {
            throw notToBeRead(
                    folder.resolve(file.name()),
                    "ends neither with the name of the next log nor with the server's stop, and wasn't written when the server"
                            + " died",
                    null);
        }
        closed.add(file.name());
    }

    private interface Question<T> {
        T ask(BinlogFile log) throws IOException;
    }

    private <T> T asked(Path folder, String file, Question<T> question) throws IOException {
        Path path = folder.resolve(file);
        try (SeekableByteChannel channel = files.openRead(path)) {
            return question.ask(new BinlogFile(channel));
        } catch (BinlogFile.NotALog not) {
            throw notToBeRead(path, String.valueOf(not.getMessage()), not);
        }
    }

    private JournalId id(JournalServer.JournalFile file) throws BackupException {
        return identify(file.name())
                .orElseThrow(() -> new BackupException(
                        JournalFault.SOURCE,
                        "the server of " + name + " has a binary log '" + file.name() + "', which has no number",
                        "Give the server's log_bin a name without one of its own."));
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return OptionalLong.of(files.usableSpaceBytes(server.look().folder()));
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        if (incarnation.isBehind(journal.id())) {
            throw gone(journal);
        }
        Path path = server.look().folder().resolve(journal.name());
        SeekableByteChannel channel = files.openRead(path);
        boolean done = false;
        try {
            if (channel.size() != journal.bytes()) {
                throw changed(journal, channel.size());
            }
            channel.position(from);
            done = true;
            return Channels.newInputStream(channel);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        if (incarnation.isBehind(journal.id())) {
            // what has its name now is another one
            return Released.FREE;
        }
        List<JournalServer.JournalFile> all = server.look().files();
        for (JournalServer.JournalFile file : all) {
            if (file.name().equals(journal.name()) && file.bytes() != upTo) {
                throw changed(journal, file.bytes());
            }
        }
        letGo.add(journal.name());
        String keep = firstToKeep(all);
        if (keep != null) {
            server.purgeTo(keep);
        }
        List<String> left = server.look().files().stream()
                .map(JournalServer.JournalFile::name)
                .toList();
        letGo.retainAll(left);
        return left.contains(journal.name()) ? Released.IN_USE : Released.FREE;
    }

    /** Behind those at the beginning that are durable elsewhere; null when there are none. */
    private @Nullable String firstToKeep(List<JournalServer.JournalFile> all) {
        for (int i = 0; i < all.size(); i++) {
            JournalServer.JournalFile file = all.get(i);
            if (file.current() || !letGo.contains(file.name())) {
                return i == 0 ? null : file.name();
            }
        }
        return null;
    }

    @Override
    public List<Remnant> remnants() throws IOException, InterruptedException {
        JournalServer.JournalFiles left = server.left();
        List<Remnant> found = new ArrayList<>();
        for (JournalServer.JournalFile each : left.files()) {
            Path path = left.folder().resolve(each.name());
            found.add(new Remnant(
                    id(each), each.name(), 0, each.bytes(), () -> Channels.newInputStream(files.openRead(path))));
        }
        return found;
    }

    @Override
    public Optional<Journal> switchCurrent() throws IOException {
        Optional<Journal> before = look().current().filter(journal -> journal.bytes() > 0);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        server.switchCurrent();
        JournalId id = before.get().id();
        return look().ready().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    @Override
    public Optional<JournalServer> server() {
        return Optional.of(server);
    }

    @Override
    public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled)
            throws IOException, InterruptedException {
        Closeable held = server.hold(lockTimeout, stalled)
                .orElseThrow(
                        () -> new BackupException(
                                JournalFault.NO_QUIET_POINT,
                                "no quiet point of " + name + " came within " + lockTimeout,
                                "See in this job's transcript who held it up; give a longer lockTimeout, or use noquietPoint."));
        return held::close;
    }

    private BackupException gone(Journal journal) {
        return new BackupException(
                JournalFault.CHANGED,
                "journal " + journal.id() + " of " + name + ", " + journal.name()
                        + ", went with the database's files when it was recovered",
                "The next pass goes on with the journals of the incarnation that has begun. Make a full backup of it.");
    }

    private BackupException changed(Journal journal, long bytes) {
        return new BackupException(
                JournalFault.CHANGED,
                "journal " + journal.id() + " of " + name + ", " + journal.name() + ", has " + bytes
                        + " bytes, and had " + journal.bytes() + " when it was taken for closed",
                "Find out who writes to the server's binary logs.");
    }

    private BackupException notToBeRead(Path path, String why, @Nullable Throwable cause) {
        return new BackupException(
                JournalFault.SOURCE,
                "binary log " + path + " of " + name + " " + why,
                "Look at it with mariadb-binlog --verify-binlog-checksum. When it is given up, 'purge binary logs to' the next"
                        + " one: the next pass records the gap.",
                cause);
    }
}
