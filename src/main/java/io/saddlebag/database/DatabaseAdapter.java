package io.saddlebag.database;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One configured database (W4, W6). All operations are idempotent: stopping a stopped database and starting a running one
 * succeed. Thread-safe; works in any process that has the configuration, so that the watchdog can start what a dead
 * process stopped.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s with a {@link DatabaseFault}.
 */
public interface DatabaseAdapter {
    /** The configured name. */
    String name();

    /** The engine, e.g. {@code postgresql}. */
    String engine();

    DatabaseState state() throws IOException, InterruptedException;

    /**
     * Stops the engine cleanly, so that its files are consistent without recovery.
     *
     * @param log takes each line the engine or script says
     * @throws io.saddlebag.fault.BackupException when it isn't known to be stopped cleanly after the timeout; the caller
     *     then starts it again
     */
    void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /** Starts the engine; returns when it accepts connections. */
    void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /** What has to be backed up and restored. */
    List<DatabaseComponent> components() throws IOException, InterruptedException;

    /** Where a snapshot would have to be taken, also while it runs: without journals that come and go beside what they belong to. */
    default List<Path> places() throws IOException, InterruptedException {
        return components().stream().map(DatabaseComponent::path).toList();
    }

    /** Which of its parts can be asked for by a word (R1), also while it is down. */
    default List<RestorableObject> objects() throws IOException, InterruptedException {
        return RestorableObject.of(components());
    }

    /**
     * Asks the started engine whether it is open and whole (W12's last step).
     *
     * @return what was checked, for the transcript
     */
    String verifyOpen(Duration timeout) throws IOException, InterruptedException;

    /**
     * With what the names of files end, behind the name of a place of it, that belong to what is in the place now and that the database would take
     * for those of whatever is put there: logs that are not merged. They are set aside with what was in the place.
     */
    default List<String> attendants(Path place) {
        return List.of();
    }

    /**
     * Where the copies of its control file are now, as far as that is known: all of them have to be of one time when it starts
     * (W14). Empty for engines that have no such files.
     */
    default List<Path> controlFiles() throws IOException, InterruptedException {
        return List.of();
    }

    /** What a restore does with copies of the control file that it doesn't bring back by itself (W14). */
    default ControlFileChoice controlFileChoice() {
        return ControlFileChoice.SAME_BACKUP;
    }

    /**
     * What of the database its journals don't cover, a sentence each: a transaction over that and the rest would be torn by a
     * recovery (J24). Empty also when it can't be asked, since it isn't open.
     */
    default List<String> unprotected() throws IOException, InterruptedException {
        return List.of();
    }

    /** By which a writer of the machine's own (VSS) is told to be this database's (W9); empty where there is none such. */
    default Optional<String> instance() {
        return Optional.empty();
    }

    /** How it is backed up while it runs; empty when it can only be stopped for that. */
    default Optional<DatabaseWriter> writer() {
        return Optional.empty();
    }

    /** How its server hands over a copy of itself; empty when it can't, and its files are read (R12). */
    default Optional<DatabaseStream> stream() {
        return Optional.empty();
    }

    /**
     * Which state a clean stop left its files in, by their headers alone (R6): two answers are equal only when nothing was written
     * between. Reads headers, however large the files are.
     *
     * @param view where a part's files are read, by their own place: a frozen view, or where they are
     * @return empty when they were not left by a clean stop, and when the engine's headers don't tell
     */
    default Optional<String> checkpoint(UnaryOperator<Path> view) throws IOException {
        return Optional.empty();
    }

    /** How restored parts of it come to be used in new places (R2); empty when they can't. */
    default Optional<PartSwitch> partSwitch() {
        return Optional.empty();
    }

    /** How journals are applied to its restored files; empty when that is the operator's. */
    default Optional<DatabaseRecovery> recovery() {
        return Optional.empty();
    }

    /** How one of several databases that it has is taken from a copy of all of them (R8); empty when it has one only. */
    default Optional<DatabaseTransfer> transfer() {
        return Optional.empty();
    }

    /** How single blocks of its files are replaced by those of a recovered copy (R8); empty when they can't be. */
    default Optional<BlockRepair> blockRepair() {
        return Optional.empty();
    }

    /** How journals are applied to its restored files before these take its place; empty when that is the operator's, or the engine's own work. */
    default Optional<StagedReplay> stagedReplay() {
        return Optional.empty();
    }

    /** Its numbered journals, which are backed up as files and released by the server; empty for engines without such (J3). */
    default Optional<JournalServer> journals() {
        return Optional.empty();
    }

    /** What it says of the archive that it hands journals over to (J16); empty for engines that archive nothing by themselves. */
    default Optional<ArchivingServer> archiving() {
        return Optional.empty();
    }

    /** Its one journal that grows (J2); empty for engines with another kind, or none. */
    default Optional<GrowingJournal> growingJournal() {
        return Optional.empty();
    }

    /**
     * A restored copy of it that can be run beside it (R14, W24); empty when the engine can't do that. Touches nothing, and works
     * whatever state the original is in.
     */
    default Optional<DatabaseCopy> copy(CopyPlace place) {
        return Optional.empty();
    }
}
