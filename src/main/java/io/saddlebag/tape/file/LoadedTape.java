package io.saddlebag.tape.file;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A cartridge in a drive from load to unload: its lock, its file, its description, and the position. */
final class LoadedTape implements Closeable {
    /** A cut of so much makes room for a description on any file system, whatever its allocation units are. */
    private static final long SURELY_ROOM_BYTES = 1L << 20;

    private final FileCartridge cartridge;
    private final FileFailures failures;
    private final @Nullable ProcessLock lock;
    private final TapFile tap;
    private final boolean writeProtected;
    private CartridgeDescription description;
    private Cursor cursor = Cursor.BEGINNING;
    /** What a failed write takes the tape back to; null until something is written. */
    private @Nullable Cursor synchronised;

    private long bytesWritten;
    private boolean usable = true;

    /** Whether, and how often, the disk is set to work before it has to be. */
    interface Flushing {
        EarlyFlush of(FileChannel channel);

        Flushing NEVER = channel -> new EarlyFlush(channel, null, Long.MAX_VALUE);

        static Flushing by(Executor executor, long everyBytes) {
            return channel -> new EarlyFlush(channel, executor, everyBytes);
        }
    }

    private LoadedTape(
            FileCartridge cartridge,
            CartridgeDescription description,
            FileFailures failures,
            @Nullable ProcessLock lock,
            TapFile tap) {
        this.cartridge = cartridge;
        this.description = description;
        this.failures = failures;
        this.lock = lock;
        this.tap = tap;
        this.writeProtected = description.writeProtected() || lock == null;
    }

    static LoadedTape load(FileCartridge cartridge, TapeFiles files, FileFailures failures, Flushing flushing)
            throws IOException {
        Path tapPath = cartridge.tap();
        if (!Files.isRegularFile(tapPath)) {
            throw failures.notACartridge(cartridge, "there is no such file", new NoSuchFileException("" + tapPath));
        }
        ProcessLock lock = null;
        if (isWritable(tapPath)) {
            lock = ProcessLock.tryTake(cartridge.lockFile())
                    .orElseThrow(() -> failures.inUse(cartridge, ProcessLock.holder(cartridge.lockFile())));
        }
        FileChannel channel = null;
        boolean loaded = false;
        try {
            CartridgeDescription description = cartridge.description();
            boolean readOnly = lock == null || description.writeProtected();
            Set<OpenOption> options = readOnly
                    ? Set.of(StandardOpenOption.READ)
                    : Set.copyOf(EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
            channel = files.open(tapPath, options);
            TapFile tap = new TapFile(channel, flushing.of(channel), description.endOfDataBytes());
            LoadedTape tape = new LoadedTape(cartridge, description, failures, lock, tap);
            tape.requireTape();
            tape.countLoad();
            loaded = true;
            return tape;
        } finally {
            if (!loaded) {
                closeAll(channel, lock);
            }
        }
    }

    String cartridge() {
        return description.barcode();
    }

    boolean isWriteProtected() {
        return writeProtected;
    }

    /** False once the file could not even be taken back. */
    boolean isUsable() {
        return usable;
    }

    BlockAddress position() {
        return new BlockAddress(cursor.object());
    }

    boolean pastEarlyWarning() {
        return cursor.offsetBytes() >= description.earlyWarningBytes();
    }

    boolean takes(long bytes) {
        return bytes <= description.capacityBytes() - cursor.offsetBytes() || bytes == 0;
    }

    void append(ByteBuffer block) throws IOException {
        endHere();
        int blockBytes = block.remaining();
        cursor = tap.append(cursor, block);
        bytesWritten += blockBytes;
    }

    void appendFilemarks(int count) throws IOException {
        if (count > 0) {
            endHere();
        }
        Cursor end = cursor;
        for (int i = 0; i < count; i++) {
            end = tap.appendFilemark(end);
        }
        cursor = end;
        synchronise();
    }

    void erase() throws IOException {
        endHere();
        synchronise();
    }

    ReadOutcome read(ByteBuffer into) throws IOException {
        TapFile.Next next = tap.next(cursor);
        if (next.kind() == TapFormat.Kind.END) {
            return ReadOutcome.END_OF_DATA;
        }
        if (next.kind() == TapFormat.Kind.FILEMARK) {
            cursor = tap.behind(cursor, next);
            return ReadOutcome.FILEMARK;
        }
        if (next.kind() != TapFormat.Kind.BLOCK) {
            throw new TapFile.DamagedException("the block was marked as bad when it was copied here");
        }
        if (next.blockBytes() > into.remaining()) {
            BlockAddress at = position();
            cursor = tap.behind(cursor, next);
            throw TapeFailures.blockTooLong(failures.drive(), at, next.blockBytes(), into.remaining());
        }
        tap.read(next, into);
        cursor = tap.behind(cursor, next);
        return ReadOutcome.block(next.blockBytes());
    }

    void rewind() {
        cursor = Cursor.BEGINNING;
    }

    void locate(BlockAddress at) throws IOException {
        Cursor there = tap.before(at.value());
        if (there == null) {
            cursor = tap.end();
            throw TapeFailures.positionRefused(failures.drive(), at.toString(), position());
        }
        cursor = there;
    }

    void spaceFilemarks(int count) throws IOException {
        if (count > 0) {
            Cursor there = tap.behindFilemark(cursor.filemarks() + count);
            cursor = there == null ? tap.end() : there;
            if (there == null) {
                throw TapeFailures.positionRefused(
                        failures.drive(), "behind the next " + count + " filemarks", position());
            }
        } else if (count < 0) {
            long number = cursor.filemarks() + count + 1;
            Cursor there = number < 1 ? null : tap.behindFilemark(number);
            cursor = there == null ? Cursor.BEGINNING : there.beforeFilemark();
            if (there == null) {
                throw TapeFailures.positionRefused(
                        failures.drive(), "before the last " + -(long) count + " filemarks", position());
            }
        }
    }

    void spaceToEndOfData() throws IOException {
        cursor = tap.end();
    }

    /** Makes all durable, and writes down what the session was. */
    void finish() throws IOException {
        if (synchronised == null) {
            return;
        }
        synchronise();
        long end = synchronised.offsetBytes();
        try {
            cartridge.describe(description.afterWriting(bytesWritten).endingAt(end));
        } catch (IOException e) {
            if (!FileFailures.isFull(e)) {
                throw e;
            }
            // on a full disk only the counts are lost: the guaranteed end was lowered before anything was cut
        }
    }

    /**
     * After a failed write: nobody knows what reached the disk, so that the tape ends where it was last synchronised.
     */
    TapeException takeBack(IOException cause) {
        Cursor end = synchronised;
        tap.giveUpUnforced();
        if (end != null) {
            try {
                tap.cut(end);
                cursor = end;
            } catch (IOException e) {
                usable = false;
                cause.addSuppressed(e);
            }
        }
        return failures.writing(cartridge(), position(), cause);
    }

    @Override
    public void close() throws IOException {
        closeAll(tap, lock);
    }

    /** Makes this place the end of the tape. */
    private void endHere() throws IOException {
        if (tap.hasMoreBehind(cursor)) {
            cut();
            synchronised = cursor;
        } else if (synchronised == null) {
            synchronised = cursor;
        }
    }

    private void cut() throws IOException {
        if (cursor.offsetBytes() >= description.endOfDataBytes()) {
            tap.cut(cursor);
            return;
        }
        CartridgeDescription lowered = description.endingAt(cursor.offsetBytes());
        try {
            cartridge.describe(lowered);
            tap.cut(cursor);
        } catch (IOException e) {
            if (!FileFailures.isFull(e) || tap.bytesBehind(cursor) < SURELY_ROOM_BYTES) {
                throw e;
            }
            // the other way round, for only the cut makes room; a crash between the two leaves a tape that says that
            // its end is missing, and that is true
            tap.cut(cursor);
            cartridge.describe(lowered);
        }
        description = lowered;
    }

    private void synchronise() throws IOException {
        tap.force();
        if (synchronised != null) {
            synchronised = tap.end();
        }
    }

    private void requireTape() throws TapeException {
        try {
            tap.before(1);
        } catch (TapFile.DamagedException e) {
            throw failures.notACartridge(cartridge, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw failures.reading(cartridge(), BlockAddress.BEGINNING, e);
        }
    }

    private void countLoad() throws IOException {
        CartridgeDescription counted = description.loadedOnceMore();
        if (lock == null) {
            return;
        }
        try {
            cartridge.describe(counted);
            description = counted;
        } catch (IOException e) {
            if (!FileFailures.isFull(e)) {
                throw failures.describing(cartridge, e);
            }
            // a full disk must not keep anybody from reading; only the count is lost
        }
    }

    private static boolean isWritable(Path tap) {
        Path folder = tap.toAbsolutePath().getParent();
        return Files.isWritable(tap) && folder != null && Files.isWritable(folder);
    }

    private static void closeAll(@Nullable Closeable first, @Nullable Closeable second) throws IOException {
        try {
            if (first != null) {
                first.close();
            }
        } finally {
            if (second != null) {
                second.close();
            }
        }
    }
}
