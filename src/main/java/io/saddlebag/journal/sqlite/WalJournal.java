package io.saddlebag.journal.sqlite;

import io.saddlebag.database.GrowingJournal;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.journal.FollowedIncarnation;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import io.saddlebag.journal.Remnant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log of an SQLite database (J2). From the first look to the close the log is held: applications write to it as ever, and
 * nobody but this source begins it anew. Only frames whose checksums go on are journals, up to the last commit.
 *
 * <p>A log is known by its salts, its parts by where they begin. When somebody else has merged something since this source did, or bytes
 * that are backed up have changed, the number of the log says that one is missing.
 */
public final class WalJournal implements JournalSource {
    private static final Duration CUT_LIMIT = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 1 << 16;
    /** Called so while nothing is committed to it. */
    private static final String EMPTY = "wal-empty";

    private final String name;
    private final GrowingJournal log;
    private final HostFiles files;
    private final JournalChain chain;
    private final Path mark;
    private final FollowedIncarnation incarnation;
    private WalNumbers numbers;
    private GrowingJournal.@Nullable Hold hold;
    private boolean quiet;
    private @Nullable Found latest;

    /** Of a database that was never recovered. */
    public WalJournal(String name, GrowingJournal log, HostFiles files, JournalChain chain, Path mark) {
        this(name, FollowedIncarnation.always(1), log, files, chain, mark);
    }

    /**
     * @param incarnation of the database; when another one begins, its files have taken the place of those whose log is held
     * @param mark a file of this source's own, in a folder that exists: what it knows of its last cut
     */
    public WalJournal(
            String name,
            FollowedIncarnation incarnation,
            GrowingJournal log,
            HostFiles files,
            JournalChain chain,
            Path mark) {
        this.name = name;
        this.mark = mark;
        this.incarnation = incarnation;
        this.numbers = new WalNumbers(new Facts(), incarnation.number());
        this.log = log;
        this.files = files;
        this.chain = chain;
    }

    /** A log of which so many bytes are committed. */
    private record Found(WalHeader header, long committed) {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.QUIET_POINT);
    }

    @Override
    public JournalLayout layout() {
        return JournalLayout.EXTENSIBLE;
    }

    @Override
    public JournalView look() throws IOException {
        return incarnation.look(this::forget, this::seen);
    }

    @Override
    public Journal written() throws IOException {
        return incarnation.look(this::forget, this::lying);
    }

    /** The chain is read first: a log that is begun after that is taken for an earlier one at most, and never for one that nobody wrote. */
    private Journal lying() throws IOException {
        List<JournalPiece> last = new Facts().end();
        Found found = found().orElse(null);
        String header = found == null ? EMPTY : found.header().name();
        boolean known = last.stream()
                .anyMatch(piece -> piece.state().isDurable() && piece.name().equals(header));
        JournalId id = last.isEmpty() || last.get(0).id().incarnation() < incarnation.number()
                ? new JournalId(incarnation.number(), 1)
                : known ? last.get(0).id() : last.get(0).id().next();
        return new Journal(id, header, found == null ? 0 : found.committed(), Journal.State.CURRENT);
    }

    private void forget() throws IOException {
        close();
        latest = null;
    }

    private JournalView seen() throws IOException {
        if (numbers.incarnation() != incarnation.number()) {
            numbers = new WalNumbers(new Facts(), incarnation.number());
        }
        held();
        Found found = found().orElse(null);
        if (found == null) {
            Journal none = new Journal(numbers.ofEmpty(), EMPTY, 0, Journal.State.CURRENT);
            return new JournalView(true, List.of(none));
        }
        JournalId id = numbers.of(found.header());
        return new JournalView(
                true, List.of(new Journal(id, found.header().name(), found.committed(), Journal.State.CURRENT)));
    }

    private GrowingJournal.Hold held() throws IOException {
        GrowingJournal.Hold there = hold;
        if (there == null) {
            there = log.hold();
            hold = there;
        }
        return there;
    }

    private final class Facts implements WalNumbers.Facts {
        @Override
        public List<JournalPiece> end() throws IOException {
            Optional<JournalId> last = chain.last(name);
            return last.isEmpty() ? List.of() : chain.pieces(name, last.get());
        }

        @Override
        public boolean same(WalHeader header, JournalPiece piece) throws IOException {
            return isSame(header, piece);
        }

        @Override
        public boolean nothingMergedSince(JournalId id) throws IOException {
            CutMark last = CutMark.read(files, id.sequence() == 0 ? begun(id.incarnation()) : mark)
                    .orElse(null);
            return last != null && last.id().equals(id) && last.main().equals(CutMark.of(files, log.main()));
        }
    }

    /** Empty when nothing is committed. What was found before is not read again. */
    private Optional<Found> found() throws IOException {
        try (SeekableByteChannel channel = files.openRead(log.file())) {
            WalFile file = new WalFile(channel);
            WalHeader header = file.header().orElse(null);
            if (header == null) {
                latest = null;
                return Optional.empty();
            }
            Found before = latest;
            boolean goesOn = before != null && before.header().equals(header);
            long committed = file.committed(header, goesOn && before != null ? before.committed() : 0);
            Found now = new Found(header, committed);
            latest = now;
            return committed == 0 ? Optional.empty() : Optional.of(now);
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                latest = null;
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The log that lies there. That it goes on from what is backed up shows as it does for a pass, and, since the main file may be lost, by its
     * number: a log that was begun right after one that we had cut has the next one, and its first salt (SQLite's file format, 4.1).
     */
    @Override
    public List<Remnant> remnants() throws IOException {
        List<JournalPiece> last = new Facts().end();
        Found found = found().orElse(null);
        if (found == null) {
            return requireNothingLost(last);
        }
        long begin = 0;
        JournalId id = null;
        for (JournalPiece piece : last) {
            if (piece.state().isDurable() && piece.name().equals(found.header().name())) {
                id = isSame(found.header(), piece) ? piece.id() : null;
                begin = piece.from() + piece.bytes();
            }
        }
        if (id == null && begin == 0) {
            id = next(last, found.header());
        }
        if (id == null) {
            throw notToBeTold("the log beside it doesn't go on from what is backed up");
        }
        long from = begin;
        WalHeader header = found.header();
        long end = found.committed();
        return end <= from
                ? List.of()
                : List.of(new Remnant(id, header.name(), from, end - from, () -> stream(header, from, end)));
    }

    private List<Remnant> requireNothingLost(List<JournalPiece> last) throws IOException {
        boolean shown = !last.isEmpty()
                && files.exists(log.main())
                && new Facts().nothingMergedSince(last.get(0).id());
        if (!shown) {
            throw notToBeTold(
                    files.exists(log.main())
                            ? "it was written to since the last pass"
                            : "neither it nor its log is there");
        }
        return List.of();
    }

    private @Nullable JournalId next(List<JournalPiece> last, WalHeader header) throws IOException {
        if (last.isEmpty()) {
            return null;
        }
        JournalPiece newest = last.get(last.size() - 1);
        boolean cut = CutMark.read(files, mark)
                .filter(each -> each.id().equals(newest.id()))
                .isPresent();
        boolean follows = newest.state().isDurable()
                && cut
                && (header.follows(newest.name())
                        || (files.exists(log.main()) && new Facts().nothingMergedSince(newest.id())));
        return follows ? newest.id().next() : null;
    }

    private BackupException notToBeTold(String why) {
        return new BackupException(
                JournalFault.SOURCE,
                "whether the database of " + name + ", " + log.main()
                        + ", has anything that isn't backed up can't be told: " + why,
                "Let a pass over its journals run first, if the database can be opened.");
    }

    @Override
    public void beginsAnew(long incarnation, UnaryOperator<Path> staged) throws IOException {
        new CutMark(new JournalId(incarnation, 0), CutMark.of(files, staged.apply(log.main())))
                .write(files, begun(incarnation));
    }

    /** Beside what is known of the last cut, which counts on when the restored file never takes its place. */
    private Path begun(long incarnation) {
        return mark.resolveSibling(mark.getFileName() + "-" + incarnation);
    }

    private boolean isSame(WalHeader header, JournalPiece piece) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        long end = piece.from() + piece.bytes();
        try (InputStream in = stream(header, piece.from(), end)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                digest.update(buffer, 0, got);
            }
        } catch (BackupException e) {
            if (e.is(JournalFault.CHANGED)) {
                return false;
            }
            throw e;
        }
        return HexFormat.of().formatHex(digest.digest()).equals(piece.sha256());
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        Found found = latest;
        if (found == null || !found.header().name().equals(journal.name())) {
            throw changed(journal.name(), from);
        }
        return stream(found.header(), from, journal.bytes());
    }

    private InputStream stream(WalHeader header, long from, long end) throws IOException {
        SeekableByteChannel channel = files.openRead(log.file());
        boolean done = false;
        try {
            InputStream stream = new FrameStream(channel, header, from, end, offset -> changed(header.name(), offset));
            done = true;
            return stream;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    @Override
    public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled)
            throws IOException, InterruptedException {
        if (!block(lockTimeout, stalled)) {
            throw new BackupException(
                    JournalFault.NO_QUIET_POINT,
                    "no quiet point of " + name + " came within " + lockTimeout,
                    "See in this job's transcript who may have held it up; give a longer lockTimeout, or use noquietPoint.");
        }
        quiet = true;
        return this::goOn;
    }

    private void goOn() throws IOException {
        if (quiet) {
            quiet = false;
            try {
                held().unblock();
            } catch (IOException lost) {
                forget(lost);
                throw lost;
            }
        }
    }

    private boolean block(@Nullable Duration limit, Consumer<String> stalled) throws IOException, InterruptedException {
        try {
            return held().block(limit, stalled);
        } catch (IOException lost) {
            forget(lost);
            throw lost;
        }
    }

    /** The next look holds it anew. What happens in between shows by the salts. */
    private void forget(IOException lost) {
        try {
            close();
        } catch (IOException e) {
            lost.addSuppressed(e);
        }
    }

    /** While writers wait: by a quiet point, or for a moment. */
    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        if (incarnation.isBehind(journal.id())) {
            // what it held behind that went with the old files, and what lies there now is another one
            return Released.IN_USE;
        }
        if (!quiet && !blockedForAMoment()) {
            return Released.IN_USE;
        }
        Found found = found().orElse(null);
        if (found == null || !found.header().name().equals(journal.name())) {
            // not for this source to say who has cut it
            goOn();
            return Released.IN_USE;
        }
        if (found.committed() > upTo) {
            goOn();
            return Released.IN_USE;
        }
        quiet = false;
        GrowingJournal.Cut cut = cut();
        if (cut != GrowingJournal.Cut.KEPT) {
            new CutMark(journal.id(), CutMark.of(files, log.main())).write(files, mark);
            files.delete(begun(journal.id().incarnation()));
        }
        return cut == GrowingJournal.Cut.EMPTY ? Released.FREE : Released.IN_USE;
    }

    private GrowingJournal.Cut cut() throws IOException {
        try {
            return held().cut();
        } catch (IOException lost) {
            forget(lost);
            throw lost;
        }
    }

    private boolean blockedForAMoment() throws IOException {
        try {
            quiet = block(CUT_LIMIT, who -> {});
            return quiet;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return OptionalLong.of(files.usableSpaceBytes(log.main()));
    }

    @Override
    public Optional<Applier> applier() {
        return Optional.of(new Applier() {
            @Override
            public Path beside(Path file) {
                return log.beside(file);
            }

            @Override
            public long merge(Path file) throws IOException {
                return log.merge(file);
            }
        });
    }

    @Override
    public void close() throws IOException {
        GrowingJournal.Hold there = hold;
        hold = null;
        quiet = false;
        if (there != null) {
            there.close();
        }
    }

    private BackupException changed(String part, long offset) {
        return new BackupException(
                JournalFault.CHANGED,
                "the log " + log.file() + " of " + name + " is not " + part + " any more, from byte " + offset + " on",
                "Somebody else has begun it anew, or its disk lost what had been written. The next pass says what is missing;"
                        + " make a full backup.");
    }
}
