package io.saddlebag.host.memory;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.DataRange;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files whose nth call fails. Calls are counted through everything that comes from here, channels and new files too, so a
 * sweep over {@code n = 1, 2, ...} until {@link #fired()} is false reaches each call of a workflow once; a call that can't
 * fail in the chosen way passes, and {@link #calls()} says when the sweep is through. One thread.
 */
public final class FaultyFiles implements HostFiles {
    /** What a call does, which decides how it can fail. */
    enum Act {
        LOOK,
        WRITE,
        MOVE_BYTES_IN,
        MOVE_BYTES_OUT,
        CLEAN_UP
    }

    private final HostFiles inner;
    private final long failing;
    private final FileFailureKind kind;
    private final Map<String, Long> callsByDeed = new HashMap<>();
    private long calls;
    private boolean fired;
    private @Nullable Path failedAt;

    private FaultyFiles(HostFiles inner, long failing, FileFailureKind kind) {
        this.inner = inner;
        this.failing = failing;
        this.kind = kind;
    }

    /** @param nth from 1 on */
    public static FaultyFiles failing(HostFiles inner, long nth, FileFailureKind kind) {
        if (nth < 1) {
            throw new IllegalArgumentException("calls are counted from 1 on, not from " + nth);
        }
        return new FaultyFiles(inner, nth, kind);
    }

    /** Counts only: how far a sweep has to go. */
    public static FaultyFiles counting(HostFiles inner) {
        return new FaultyFiles(inner, Long.MAX_VALUE, FileFailureKind.IO_ERROR);
    }

    public long calls() {
        return calls;
    }

    /** @param deed as the messages of faults say it, e.g. {@code opening} or {@code listing} */
    public long calls(String deed) {
        return callsByDeed.getOrDefault(deed, 0L);
    }

    /** Whether the fault has happened. */
    public boolean fired() {
        return fired;
    }

    /** What the call was about that failed; empty as long as none has. */
    public Optional<Path> failedAt() {
        return Optional.ofNullable(failedAt);
    }

    /**
     * Counts a call, and fails it when it is its turn.
     *
     * @return whether the call shall move one byte only
     */
    boolean call(Act act, String what, Path path) throws BackupException {
        calls++;
        callsByDeed.merge(what, 1L, Long::sum);
        boolean torn = kind == FileFailureKind.TORN && calls == failing && act == Act.MOVE_BYTES_OUT;
        if (isDeath() && calls >= failing && !torn) {
            fired = true;
            throw new SimulatedCrash(what + " " + path + ", call " + calls);
        }
        if (calls != failing || !canFail(act)) {
            return false;
        }
        fired = true;
        failedAt = path;
        if (kind == FileFailureKind.SHORT || torn) {
            return true;
        }
        throw new BackupException(fault(), what + " " + path + " failed: injected at call " + calls, "This is a test.");
    }

    private boolean isDeath() {
        return kind == FileFailureKind.CRASH || kind == FileFailureKind.TORN;
    }

    private boolean canFail(Act act) {
        boolean moves = act == Act.MOVE_BYTES_IN || act == Act.MOVE_BYTES_OUT;
        return switch (kind) {
            case NO_SPACE -> act == Act.WRITE || act == Act.MOVE_BYTES_OUT;
            case IO_ERROR, CRASH, TORN -> true;
            case VANISHED, PERMISSION -> !moves && act != Act.CLEAN_UP;
            case SHORT -> moves;
        };
    }

    private FileFault fault() {
        return switch (kind) {
            case NO_SPACE -> FileFault.NO_SPACE;
            case VANISHED -> FileFault.VANISHED;
            case PERMISSION -> FileFault.PERMISSION;
            case IO_ERROR, SHORT, CRASH, TORN -> FileFault.IO_ERROR;
        };
    }

    @Override
    public FileStatus status(Path path) throws IOException {
        call(Act.LOOK, "looking at", path);
        return inner.status(path);
    }

    @Override
    public Optional<FileStatus> find(Path path) throws IOException {
        call(Act.LOOK, "looking at", path);
        return inner.find(path);
    }

    @Override
    public boolean exists(Path path) throws IOException {
        call(Act.LOOK, "looking at", path);
        return inner.exists(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        call(Act.LOOK, "listing", folder);
        return inner.list(folder);
    }

    @Override
    public SeekableByteChannel openUnnamed() throws IOException {
        return inner.openUnnamed();
    }

    @Override
    public SeekableByteChannel openRead(Path file) throws IOException {
        call(Act.LOOK, "opening", file);
        return new FaultyChannel(this, inner.openRead(file), file);
    }

    @Override
    public SeekableByteChannel openWrite(Path file) throws IOException {
        call(Act.WRITE, "opening for writing", file);
        return new FaultyChannel(this, inner.openWrite(file), file);
    }

    @Override
    public List<DataRange> dataRanges(Path file, int limit) throws IOException {
        call(Act.LOOK, "looking for holes in", file);
        return inner.dataRanges(file, limit);
    }

    @Override
    public Map<String, byte[]> attributes(Path path) throws IOException {
        call(Act.LOOK, "reading attributes of", path);
        return inner.attributes(path);
    }

    @Override
    public long usableSpaceBytes(Path path) throws IOException {
        call(Act.LOOK, "asking for the space at", path);
        return inner.usableSpaceBytes(path);
    }

    @Override
    public long totalSpaceBytes(Path path) throws IOException {
        call(Act.LOOK, "asking for the size of the file system at", path);
        return inner.totalSpaceBytes(path);
    }

    @Override
    public NewFile create(Path target) throws IOException {
        call(Act.WRITE, "creating", target);
        return new FaultyNewFile(this, inner.create(target), target);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        call(Act.WRITE, "making folder", folder);
        inner.makeFolder(folder);
    }

    @Override
    public void makeLink(Path link, Path target) throws IOException {
        call(Act.WRITE, "making link", link);
        inner.makeLink(link, target);
    }

    @Override
    public void makeHardLink(Path link, Path existing) throws IOException {
        call(Act.WRITE, "making hard link", link);
        inner.makeHardLink(link, existing);
    }

    @Override
    public void makeSpecial(Path path, FileKind special, DeviceNumber device) throws IOException {
        call(Act.WRITE, "making", path);
        inner.makeSpecial(path, special, device);
    }

    @Override
    public void setOwner(Path path, int uid, int gid) throws IOException {
        call(Act.WRITE, "setting the owner of", path);
        inner.setOwner(path, uid, gid);
    }

    @Override
    public void setMode(Path path, int mode) throws IOException {
        call(Act.WRITE, "setting the mode of", path);
        inner.setMode(path, mode);
    }

    @Override
    public void setTimes(Path path, Instant accessed, Instant modified) throws IOException {
        call(Act.WRITE, "setting the times of", path);
        inner.setTimes(path, accessed, modified);
    }

    @Override
    public Set<FileFlag> flags(Path path) throws IOException {
        call(Act.LOOK, "reading flags of", path);
        return inner.flags(path);
    }

    @Override
    public void removeAttribute(Path path, String name) throws IOException {
        call(Act.WRITE, "removing attribute " + name + " of", path);
        inner.removeAttribute(path, name);
    }

    @Override
    public void setFlags(Path path, Set<FileFlag> flags) throws IOException {
        call(Act.WRITE, "setting flags of", path);
        inner.setFlags(path, flags);
    }

    @Override
    public void setAttribute(Path path, String name, byte[] value) throws IOException {
        call(Act.WRITE, "setting attribute " + name + " of", path);
        inner.setAttribute(path, name, value);
    }

    @Override
    public void delete(Path path) throws IOException {
        call(Act.CLEAN_UP, "deleting", path);
        inner.delete(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        call(Act.WRITE, "renaming", from);
        inner.rename(from, to);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        call(Act.WRITE, "renaming", from);
        inner.replace(from, to);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        call(Act.WRITE, "making durable", folder);
        inner.syncFolder(folder);
    }

    @Override
    public void syncFileSystem(Path path) throws IOException {
        call(Act.WRITE, "making durable", path);
        inner.syncFileSystem(path);
    }
}
