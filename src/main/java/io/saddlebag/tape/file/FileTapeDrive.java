package io.saddlebag.tape.file;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapePosition;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A drive whose cartridges are files (M4). A robot, or a person, puts a cartridge in with {@link #insert}; while it is
 * loaded no other drive on this machine can load it.
 *
 * <p>A cartridge in a folder that can't be written is read, and counts as write-protected. When the disk is full the tape
 * is taken back to the last filemark and the write throws {@link io.saddlebag.tape.TapeFault#OUT_OF_SPACE}; after any
 * other failed write it is taken back in the same way, since nobody knows what of it reached the disk.
 */
public final class FileTapeDrive implements TapeDrive {
    private static final BlockLimits LIMITS = new BlockLimits(1, TapFormat.LONGEST_BLOCK_BYTES);
    private static final int MOST_FILEMARKS = 2;

    private final String name;
    private final TapeFiles files;
    private final FileFailures failures;
    private final Bay bay;
    private final LoadedTape.Flushing flushing;
    private @Nullable FileCartridge inside;
    private @Nullable LoadedTape tape;

    /** Where a robot puts cartridges for a drive. */
    public interface Bay {
        /** The cartridge in it; a robot doesn't take a cartridge that is loaded. */
        Optional<FileCartridge> cartridge() throws IOException;
    }

    /** A drive without a robot: see {@link #insert}. */
    public FileTapeDrive(String name) {
        this(name, TapeFiles.REAL, LoadedTape.Flushing.NEVER);
    }

    /** A drive that a robot serves; it looks into the bay at each load. */
    public FileTapeDrive(String name, Bay bay) {
        this(name, bay, LoadedTape.Flushing.NEVER);
    }

    /**
     * A drive that a robot serves.
     *
     * @param executor hands what was written to the disk while more is written, so that filemarks wait less; may refuse
     */
    public FileTapeDrive(String name, Bay bay, Executor executor) {
        this(name, bay, LoadedTape.Flushing.by(executor, EarlyFlush.EVERY_BYTES));
    }

    private FileTapeDrive(String name, Bay bay, LoadedTape.Flushing flushing) {
        this.name = name;
        this.bay = bay;
        this.files = TapeFiles.REAL;
        this.flushing = flushing;
        this.failures = new FileFailures(name);
    }

    FileTapeDrive(String name, TapeFiles files, LoadedTape.Flushing flushing) {
        this.name = name;
        this.flushing = flushing;
        this.files = files;
        this.bay = this::cartridge;
        this.failures = new FileFailures(name);
    }

    /** Puts a cartridge in; {@link #load()} makes it ready. */
    public void insert(FileCartridge cartridge) {
        if (inside != null) {
            throw new IllegalStateException("drive " + name + " is full");
        }
        inside = cartridge;
    }

    /** Takes the cartridge out once it was unloaded. */
    public FileCartridge remove() {
        FileCartridge out = inside;
        if (out == null || tape != null) {
            throw new IllegalStateException("drive " + name + " releases no cartridge");
        }
        inside = null;
        return out;
    }

    /** The cartridge that was inserted, loaded or not. */
    public Optional<FileCartridge> cartridge() {
        return Optional.ofNullable(inside);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<DriveCapability> capabilities() {
        return EnumSet.of(DriveCapability.CAN_LOCATE_BY_BLOCK);
    }

    @Override
    public BlockLimits blockLimits() {
        return LIMITS;
    }

    @Override
    public DriveState state() {
        LoadedTape t = tape;
        return new DriveState(t != null, t != null && t.isWriteProtected());
    }

    @Override
    public void load() throws IOException {
        if (tape != null) {
            return;
        }
        FileCartridge cartridge = bay.cartridge().orElseThrow(() -> TapeFailures.noMedium(name));
        LoadedTape loading = LoadedTape.load(cartridge, files, failures, flushing);
        // only now, with the cartridge locked, can no robot of another process take it away any more
        if (!bay.cartridge().equals(Optional.of(cartridge))) {
            loading.close();
            throw TapeFailures.noMedium(name);
        }
        tape = loading;
    }

    @Override
    public void unload() throws IOException {
        LoadedTape t = tape;
        if (t != null) {
            tape = null;
            // close only after the tape was taken back, which needs the file
            try (LoadedTape closing = t) {
                finish(closing);
            }
        }
    }

    @Override
    public TapePosition position() throws TapeException {
        LoadedTape t = medium();
        return new TapePosition(t.position(), t.pastEarlyWarning());
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws IOException {
        LoadedTape t = writable();
        int blockBytes = block.remaining();
        if (blockBytes < LIMITS.shortest() || blockBytes > LIMITS.longest()) {
            throw TapeFailures.blockNotAllowed(name, blockBytes, LIMITS);
        }
        requireRoom(t, TapFormat.recordBytes(blockBytes));
        try {
            t.append(block.duplicate());
        } catch (IOException e) {
            throw lost(t, e);
        }
        block.position(block.limit());
        return outcome(t);
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws IOException {
        if (count < 0 || count > MOST_FILEMARKS) {
            throw new IllegalArgumentException(
                    "0 to " + MOST_FILEMARKS + " filemarks are written at once, not " + count);
        }
        LoadedTape t = count == 0 ? medium() : writable();
        requireRoom(t, (long) count * TapFormat.MARK_BYTES);
        try {
            t.appendFilemarks(count);
        } catch (IOException e) {
            throw lost(t, e);
        }
        return outcome(t);
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws IOException {
        LoadedTape t = medium();
        try {
            return t.read(into);
        } catch (TapeException e) {
            throw e;
        } catch (IOException e) {
            throw failures.reading(t.cartridge(), t.position(), e);
        }
    }

    @Override
    public void rewind() throws TapeException {
        medium().rewind();
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        LoadedTape t = medium();
        try {
            t.locate(at);
        } catch (TapeException e) {
            throw e;
        } catch (IOException e) {
            throw failures.reading(t.cartridge(), t.position(), e);
        }
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        LoadedTape t = medium();
        try {
            t.spaceFilemarks(count);
        } catch (TapeException e) {
            throw e;
        } catch (IOException e) {
            throw failures.reading(t.cartridge(), t.position(), e);
        }
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        LoadedTape t = medium();
        try {
            t.spaceToEndOfData();
        } catch (IOException e) {
            throw failures.reading(t.cartridge(), t.position(), e);
        }
    }

    @Override
    public void erase() throws IOException {
        LoadedTape t = writable();
        try {
            t.erase();
        } catch (IOException e) {
            throw lost(t, e);
        }
    }

    /** Releases the cartridge as the end of the process would: what was not synchronised may be lost. */
    @Override
    public void close() throws IOException {
        LoadedTape t = tape;
        tape = null;
        if (t != null) {
            t.close();
        }
    }

    private static void finish(LoadedTape t) throws TapeException {
        try {
            t.finish();
        } catch (IOException e) {
            throw t.takeBack(e);
        }
    }

    private TapeException lost(LoadedTape t, IOException cause) throws IOException {
        TapeException failure = t.takeBack(cause);
        if (!t.isUsable()) {
            tape = null;
            t.close();
        }
        return failure;
    }

    private LoadedTape medium() throws TapeException {
        LoadedTape t = tape;
        if (t == null) {
            throw TapeFailures.noMedium(name);
        }
        return t;
    }

    private LoadedTape writable() throws TapeException {
        LoadedTape t = medium();
        if (t.isWriteProtected()) {
            throw TapeFailures.writeProtected(name, t.cartridge());
        }
        return t;
    }

    private void requireRoom(LoadedTape t, long bytes) throws TapeException {
        if (!t.takes(bytes)) {
            throw TapeFailures.endOfMedium(name, t.cartridge(), t.position());
        }
    }

    private static WriteOutcome outcome(LoadedTape t) {
        return t.pastEarlyWarning() ? WriteOutcome.WRITTEN_PAST_EARLY_WARNING : WriteOutcome.WRITTEN;
    }
}
