package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.level.BackupChain;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.level.LevelFacts;
import io.saddlebag.level.LevelSchedule;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the copy that a server sends is made on top of (D2, R12): the schedule's choice, unless the server can't, or what it needs of
 * the earlier copy can't be read. Then everything is sent, and the transcript says why. One backup.
 */
final class StreamLevel implements Closeable {
    private final BackupServices services;
    private final JobRun job;
    private final BackupLevel wanted;
    private LevelSchedule.Choice choice;
    private DatabaseStream.@Nullable Earlier earlier;

    private StreamLevel(BackupServices services, JobRun job, BackupLevel wanted, LevelSchedule.Choice choice) {
        this.services = services;
        this.job = job;
        this.wanted = wanted;
        this.choice = choice;
    }

    /**
     * @param name of the backup
     * @param roots fact of the next backup: one of other paths is no parent
     */
    static StreamLevel choose(
            BackupServices services, JobRun job, BackupLevel wanted, String name, String database, String roots)
            throws IOException {
        LevelSchedule schedule = new LevelSchedule(
                services.catalog(),
                backup -> database.equals(backup.about().database())
                        && DatabaseStream.METHOD.equals(backup.about().facts().get(DatabaseStream.METHOD_FACT)));
        return new StreamLevel(services, job, wanted, schedule.choose(wanted, name, services.host(), roots));
    }

    /** Fetches what the server needs of the parent, if there is one: before the server waits for anything. */
    void prepare(DatabaseStream stream) throws IOException, InterruptedException {
        BackupChain parent = choice.parent();
        if (parent == null) {
            return;
        }
        Optional<String> whole = stream.wholeBecause(parent.last().about().facts());
        if (whole.isPresent()) {
            sendAll(whole.get());
            return;
        }
        fetch(stream, parent.last());
    }

    private void fetch(DatabaseStream stream, Backup parent) throws IOException, InterruptedException {
        try {
            job.act("read the manifest of backup " + parent.id(), () -> {
                services.stored().read(parent, stream.manifest().toString(), job, content -> {
                    close();
                    earlier = stream.keep(content);
                });
            });
        } catch (BackupException e) {
            job.checkCancelled();
            close();
            job.warn("the manifest of backup " + parent.id() + " can't be read: " + e.getMessage());
            sendAll("the manifest of backup " + parent.id() + " can't be read");
        }
    }

    /** Null when everything is to be sent. */
    DatabaseStream.@Nullable Earlier earlier() {
        return earlier;
    }

    /**
     * The server has begun to send.
     *
     * @param whole why it sends everything all the same; null when it doesn't
     */
    LevelFacts begun(@Nullable String whole) throws IOException {
        if (whole != null) {
            sendAll(whole);
        }
        if (choice.insteadBecause() != null) {
            job.transcript()
                    .line("everything is backed up instead of level " + wanted + ": " + choice.insteadBecause());
        }
        BackupChain parent = choice.parent();
        job.transcript()
                .line("level " + choice.level()
                        + (parent == null
                                ? ": everything"
                                : ": what changed since backup " + parent.last().id()));
        job.figure("level", choice.level().toString());
        return choice.facts();
    }

    private void sendAll(String because) {
        choice = LevelSchedule.full(because);
    }

    @Override
    public void close() throws IOException {
        DatabaseStream.Earlier kept = earlier;
        earlier = null;
        if (kept != null) {
            kept.close();
        }
    }
}
