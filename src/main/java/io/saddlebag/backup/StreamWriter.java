package io.saddlebag.backup;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A database that sends a copy of itself, as one in backup mode: that has the same leases and guards. One backup. */
final class StreamWriter implements DatabaseWriter {
    private final DatabaseWriter writer;
    private final DatabaseStream stream;
    private final DatabaseStream.@Nullable Earlier earlier;
    private @Nullable StreamedCopy copy;

    /**
     * @param writer of the same database, which ends what a dead process left
     * @param earlier on top of which the copy is to be made; null for everything
     */
    StreamWriter(DatabaseWriter writer, DatabaseStream stream, DatabaseStream.@Nullable Earlier earlier) {
        this.writer = writer;
        this.stream = stream;
        this.earlier = earlier;
    }

    /** What {@link #begin} yielded. */
    StreamedCopy copy() {
        StreamedCopy begun = copy;
        if (begun == null) {
            throw new IllegalStateException("no copy was begun");
        }
        return begun;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException, InterruptedException {
        stream.prepare(log);
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        StreamedCopy begun = stream.begin(id, earlier, timeout, log);
        copy = begun;
        return begun;
    }

    @Override
    public List<DatabaseComponent> components() throws IOException, InterruptedException {
        return writer.components();
    }

    @Override
    public List<DatabaseComponent> recoveryArea() throws IOException, InterruptedException {
        return writer.recoveryArea();
    }

    @Override
    public Consistency needed() {
        return Consistency.NONE;
    }

    @Override
    public boolean endsWithProcess() {
        return true;
    }

    @Override
    public void abandon(String id, Consumer<String> log) throws IOException, InterruptedException {
        writer.abandon(id, log);
    }

    @Override
    public String leaveBackupMode(Duration timeout) throws IOException, InterruptedException {
        return writer.leaveBackupMode(timeout);
    }
}
