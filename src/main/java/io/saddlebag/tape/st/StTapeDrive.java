package io.saddlebag.tape.st;

import io.saddlebag.scsi.ScsiException;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * A drive behind Linux's tape driver (M3). It must be a device that does not rewind, {@code /dev/nst*}.
 *
 * <p>A drive that can't say where it stands (no READ POSITION) is counted along from the beginning; after a failure or a
 * move over filemarks its position is then unknown ({@link TapeFault#POSITION_LOST}) until it is rewound, and
 * {@link #locate} rewinds and reads.
 */
public final class StTapeDrive implements TapeDrive {
    private final String name;
    private final BlockLimits limits;
    private final StDevice device;
    private final StPosition at;
    private final StFailures failures;
    private boolean loaded;
    private boolean writeProtected;
    private boolean written;

    private StTapeDrive(String name, BlockLimits limits, StDevice device) {
        this.name = name;
        this.limits = limits;
        this.device = device;
        this.at = new StPosition(name, device);
        this.failures = new StFailures(name, device);
    }

    /**
     * @param limits what the drive takes (READ BLOCK LIMITS): the kernel does not tell them
     * @throws ScsiException {@link io.saddlebag.scsi.ScsiFault#NO_DEVICE},
     *     {@link io.saddlebag.scsi.ScsiFault#NOT_ALLOWED}, {@link io.saddlebag.scsi.ScsiFault#IN_USE}
     */
    public static StTapeDrive open(String name, Path path, BlockLimits limits) throws ScsiException {
        return open(StCalls.load(), name, path, limits);
    }

    static StTapeDrive open(StCalls calls, String name, Path path, BlockLimits limits) throws ScsiException {
        StDevice device = new StDevice(calls, path);
        device.reopen();
        return new StTapeDrive(name, limits, device);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<DriveCapability> capabilities() {
        return at.isTold() ? EnumSet.of(DriveCapability.CAN_LOCATE_BY_BLOCK) : EnumSet.noneOf(DriveCapability.class);
    }

    @Override
    public BlockLimits blockLimits() {
        return limits;
    }

    @Override
    public DriveState state() throws IOException {
        if (!loaded) {
            device.reopen();
            loaded = look();
        }
        return new DriveState(loaded, loaded && writeProtected);
    }

    @Override
    public void load() throws IOException {
        if (loaded) {
            return;
        }
        device.reopen();
        if (!look()) {
            device.operate(StCalls.MTLOAD, 1);
            device.reopen();
            if (!look()) {
                throw TapeFailures.noMedium(name);
            }
        }
        prepare();
    }

    @Override
    public void unload() throws IOException {
        if (!loaded && !look()) {
            return;
        }
        settle();
        int error = device.operate(StCalls.MTUNLOAD, 0);
        loaded = false;
        at.forget();
        if (error < 0 && error != -StDevice.ENOMEDIUM) {
            throw failed("unload", error);
        }
    }

    @Override
    public TapePosition position() throws IOException {
        needMedium();
        return at.now();
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws IOException {
        needMedium();
        int bytes = block.remaining();
        if (bytes < limits.shortest() || bytes > limits.longest()) {
            throw TapeFailures.blockNotAllowed(name, bytes, limits);
        }
        if (writeProtected) {
            throw failures.writeProtected();
        }
        long before = at.next();
        at.writeAt(before);
        int done = device.write(block);
        if (done == -StDevice.ENOSPC && !at.movedTo(before + 1)) {
            // at the end the kernel refuses every second write without asking the drive; nothing was sent
            done = at.stillAt(before) ? device.write(block) : done;
            if (done == -StDevice.ENOSPC && !at.movedTo(before + 1)) {
                throw ended(before);
            }
            at.warn(before);
        } else if (done == -StDevice.ENOSPC) {
            at.warn(before);
        }
        return written(block, bytes, before, done);
    }

    private WriteOutcome written(ByteBuffer block, int bytes, long before, int done) throws IOException {
        boolean accepted = done == bytes || (done == -StDevice.ENOSPC && at.warned(before));
        int late = accepted ? device.askStatus() : done;
        if (!accepted || (late < 0 && late != -StDevice.ENOSPC)) {
            at.doubt();
            throw late < 0 ? failures.ofWrite("write", late, bytes) : failed("write (short)", -StDevice.EIO);
        }
        if (late < 0 || device.status().endOfTape()) {
            at.warn(before);
        }
        at.passed(before, 1);
        written = true;
        block.position(block.limit());
        return at.warned(before) ? WriteOutcome.WRITTEN_PAST_EARLY_WARNING : WriteOutcome.WRITTEN;
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws IOException {
        if (count < 0 || count > 2) {
            throw new IllegalArgumentException(count + " filemarks");
        }
        needMedium();
        if (count == 0 && !written) {
            return WriteOutcome.WRITTEN;
        }
        if (writeProtected) {
            throw failures.writeProtected();
        }
        long before = at.next();
        if (count > 0) {
            at.writeAt(before);
        }
        int error = device.operate(StCalls.MTWEOF, count);
        if (error == -StDevice.ENOSPC) {
            at.warn(before);
            if (!at.movedTo(before + count) || count == 0) {
                error = device.operate(StCalls.MTWEOF, at.stillAt(before) ? count : 0);
            }
        }
        if (error == -StDevice.ENOSPC && !at.movedTo(before + count)) {
            throw ended(before);
        }
        if (error < 0 && error != -StDevice.ENOSPC) {
            at.doubt();
            throw failures.ofWrite("write filemarks", error, 0);
        }
        written = false;
        if (device.askStatus() >= 0 && device.status().endOfTape()) {
            at.warn(before);
        }
        at.passed(before, count);
        return at.warned(before) ? WriteOutcome.WRITTEN_PAST_EARLY_WARNING : WriteOutcome.WRITTEN;
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws IOException {
        needMedium();
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("a read into a read-only buffer");
        }
        settle();
        long before = at.next();
        int got = device.read(into, limits.longest());
        if (got > 0) {
            into.position(into.position() + got);
            at.passed(before, 1);
            return ReadOutcome.block(got);
        }
        if (got == 0) {
            return mark(before);
        }
        return unread(into, before, got);
    }

    /** The kernel reads nothing at a filemark, and nothing at the end of data. */
    private ReadOutcome mark(long before) throws IOException {
        boolean end = at.isTold()
                ? at.stillAt(before)
                : device.askStatus() >= 0 && device.status().endOfData();
        if (end) {
            at.passed(before, 0);
            return ReadOutcome.END_OF_DATA;
        }
        at.passed(before, 1);
        return ReadOutcome.FILEMARK;
    }

    private ReadOutcome unread(ByteBuffer into, long before, int error) throws IOException {
        if (error == -StDevice.ENOMEM) {
            at.passed(before, 1);
            throw new TapeException(
                    TapeFault.BLOCK_LENGTH,
                    new BlockAddress(before) + " in drive " + name + " is longer than the buffer of " + into.remaining()
                            + " bytes",
                    "Read with the block size that the volume was written with, or a larger one.");
        }
        if (error != -StDevice.EIO) {
            at.doubt();
            throw failed("read", error);
        }
        // an unreadable block and the end of data look alike, until the drive is to move on
        int moved = device.operate(StCalls.MTFSR, 1);
        boolean end = moved < 0 && device.askStatus() >= 0 && device.status().endOfData();
        if (end) {
            at.passed(before, 0);
            return ReadOutcome.END_OF_DATA;
        }
        at.returnTo(before);
        throw failures.unreadable(before, error);
    }

    @Override
    public void rewind() throws IOException {
        needMedium();
        settle();
        succeed("rewind", device.operate(StCalls.MTREW, 0));
        at.passed(0, 0);
    }

    @Override
    public void locate(BlockAddress to) throws IOException {
        needMedium();
        settle();
        if (at.isTold()) {
            if (to.value() > Integer.MAX_VALUE) {
                throw TapeFailures.positionRefused(name, to.toString(), new BlockAddress(at.next()));
            }
            int error = device.operate(StCalls.MTSEEK, (int) to.value());
            at.doubt();
            long reached = at.next();
            if (reached != to.value()) {
                throw error < 0 && !at.isKnown()
                        ? failed("locate", error)
                        : TapeFailures.positionRefused(name, to.toString(), new BlockAddress(reached));
            }
            return;
        }
        rewind();
        ByteBuffer skipped = ByteBuffer.allocateDirect(limits.longest());
        while (at.next() < to.value()) {
            skipped.clear();
            if (read(skipped).kind() == ReadOutcome.Kind.END_OF_DATA) {
                throw TapeFailures.positionRefused(name, to.toString(), new BlockAddress(at.next()));
            }
        }
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        needMedium();
        if (count == 0) {
            return;
        }
        settle();
        if (at.isTold()) {
            // the kernel counts one filemark more or less after it has met one, or the end: this makes it forget
            device.operate(StCalls.MTSEEK, Math.toIntExact(at.next()));
        }
        int error = device.operate(count > 0 ? StCalls.MTFSF : StCalls.MTBSF, Math.abs(count));
        at.doubt();
        if (error == -StDevice.EIO && at.isTold()) {
            String target = "behind the next " + count + " filemarks";
            throw TapeFailures.positionRefused(
                    name,
                    count > 0 ? target : "before the last " + -count + " filemarks",
                    at.now().next());
        }
        succeed("space", error);
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        needMedium();
        settle();
        int error = device.operate(StCalls.MTEOM, 0);
        at.doubt();
        succeed("space to the end of data", error);
    }

    @Override
    public void erase() throws IOException {
        needMedium();
        if (writeProtected) {
            throw failures.writeProtected();
        }
        settle();
        int error = device.operate(StCalls.MTERASE, 0);
        at.doubt();
        succeed("erase", error);
    }

    @Override
    public void close() throws IOException {
        if (!device.isOpen()) {
            return;
        }
        try {
            settle();
        } finally {
            device.close();
            loaded = false;
        }
    }

    /** After writing, the kernel adds a filemark of its own before it moves or closes; not after a flush. */
    private void settle() throws IOException {
        if (written) {
            int error = device.operate(StCalls.MTWEOF, 0);
            written = false;
            if (error < 0 && error != -StDevice.ENOSPC) {
                at.doubt();
                throw failures.ofWrite("flush", error, 0);
            }
        }
    }

    private boolean look() {
        boolean online = device.askStatus() >= 0 && device.status().online();
        writeProtected = online && device.status().writeProtected();
        return online;
    }

    private void prepare() throws IOException {
        if (device.operate(StCalls.MTSETBLK, 0) < 0) {
            // after a reset the kernel takes nothing until the tape is rewound, whoever had the drive then
            device.operate(StCalls.MTREW, 0);
            succeed("set blocks of any length", device.operate(StCalls.MTSETBLK, 0));
        }
        loaded = true;
        written = false;
        at.begin();
        if (!at.isKnown()) {
            succeed("rewind", device.operate(StCalls.MTREW, 0));
            at.passed(0, 0);
        }
    }

    private void needMedium() throws TapeException {
        if (!loaded) {
            throw TapeFailures.noMedium(name);
        }
    }

    private void succeed(String call, int error) throws TapeException {
        if (error < 0) {
            throw failed(call, error);
        }
    }

    private TapeException ended(long before) {
        if (at.isTold()) {
            at.doubt();
        }
        return failures.endOfMedium(before);
    }

    private TapeException failed(String call, int error) {
        loaded = loaded && error != -StDevice.ENOMEDIUM;
        return failures.of(call, error);
    }
}
