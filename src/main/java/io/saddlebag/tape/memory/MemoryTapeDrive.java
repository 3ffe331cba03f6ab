package io.saddlebag.tape.memory;

import static io.saddlebag.tape.memory.DriveOperation.ERASE;
import static io.saddlebag.tape.memory.DriveOperation.LOAD;
import static io.saddlebag.tape.memory.DriveOperation.LOCATE;
import static io.saddlebag.tape.memory.DriveOperation.POSITION;
import static io.saddlebag.tape.memory.DriveOperation.READ;
import static io.saddlebag.tape.memory.DriveOperation.REWIND;
import static io.saddlebag.tape.memory.DriveOperation.SPACE_FILEMARKS;
import static io.saddlebag.tape.memory.DriveOperation.SPACE_TO_END_OF_DATA;
import static io.saddlebag.tape.memory.DriveOperation.UNLOAD;
import static io.saddlebag.tape.memory.DriveOperation.WRITE;
import static io.saddlebag.tape.memory.DriveOperation.WRITE_FILEMARKS;

import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapePosition;
import io.saddlebag.tape.WriteOutcome;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A drive in memory that behaves as the worst real one may (M4, Q11, Q12). A system that runs on it must survive, with
 * nothing lost that was acknowledged:
 *
 * <ul>
 *   <li>blocks that can't be read, once or for good ({@link MemoryCartridge#damage}), and blocks that come back wrong;
 *   <li>blocks that can't be written, and blocks that are reported as written and are not;
 *   <li>a command that fails without saying whether it was carried out, after which the position is unknown until it is
 *       asked for; a drive that restarts and forgets its buffer; unit attention at any command;
 *   <li>a cartridge that turns out to be write-protected, that warns at any block, that ends at any block, or that is
 *       exchanged while it is loaded ({@link #exchange});
 *   <li>loss of power before, in the middle of, and after any command: all up to the last filemark is there, of the rest
 *       any prefix, never a part of a block; and of an overwritten cartridge either the old content or the new, never a
 *       mixture.
 * </ul>
 *
 * It does not simulate: a write error that destroys blocks before it, and a robot that takes a loaded cartridge.
 */
public final class MemoryTapeDrive implements TapeDrive {
    private final String name;
    private final Complaints complaints;
    private final FaultPlan faults;
    private final CommandFaults commands;
    private final BlockLimits limits;
    private @Nullable MemoryCartridge inside;
    private final Set<TapeAlert> alerts = EnumSet.noneOf(TapeAlert.class);
    private boolean loaded;
    private int position;

    public MemoryTapeDrive(String name) {
        this(name, FaultPlan.none());
    }

    public MemoryTapeDrive(String name, FaultPlan faults) {
        this(name, faults, new BlockLimits(1, BlockSize.LARGEST));
    }

    public MemoryTapeDrive(String name, FaultPlan faults, BlockLimits limits) {
        this.name = name;
        this.complaints = new Complaints(name);
        this.faults = faults;
        this.commands = new CommandFaults(faults, complaints);
        this.limits = limits;
        faults.power().onLoss(this::dropBuffer);
    }

    /** Puts a cartridge in, as the robot does; {@link #load()} makes it ready. */
    public void insert(MemoryCartridge cartridge) {
        if (inside != null) {
            throw new IllegalStateException("drive " + name + " is full");
        }
        inside = cartridge;
    }

    /** Takes the cartridge out, as the robot does once it was unloaded. */
    public MemoryCartridge remove() {
        MemoryCartridge out = inside;
        if (out == null || loaded) {
            throw new IllegalStateException("drive " + name + " releases no cartridge");
        }
        inside = null;
        return out;
    }

    /** Exchanges the loaded cartridge behind the user's back; the next command gets unit attention. */
    public void exchange(MemoryCartridge other) {
        inside = other;
        position = 0;
        commands.callAttention();
    }

    /** The drive wants something to be known, once. */
    public void raise(TapeAlert alert) {
        alerts.add(alert);
    }

    @Override
    public Set<TapeAlert> alerts() {
        faults.power().check();
        Set<TapeAlert> raised = EnumSet.noneOf(TapeAlert.class);
        raised.addAll(alerts);
        alerts.clear();
        return raised;
    }

    /** The cartridge in it, loaded or not. */
    public Optional<MemoryCartridge> cartridge() {
        return Optional.ofNullable(inside);
    }

    /** The cartridge is loaded, so that the robot can't take it. */
    public boolean holdsItsCartridge() {
        return loaded;
    }

    /** Where the tape really stands, whatever the drive would say. */
    long objectsBefore() {
        return position;
    }

    /** Turns off everything that shares this drive's plan; {@code power().restore()} turns it on again. */
    public void powerLoss(long seed) {
        faults.power().lose(seed);
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
        return limits;
    }

    @Override
    public DriveState state() {
        faults.power().check();
        MemoryCartridge c = inside;
        return new DriveState(loaded, c != null && loaded && c.isWriteProtected());
    }

    @Override
    public void load() throws TapeException {
        DriveFault fault = begin(LOAD);
        if (!loaded) {
            MemoryCartridge c = inside;
            if (c == null) {
                throw TapeFailures.noMedium(name);
            }
            c.countLoad();
            loaded = true;
            position = 0;
        }
        commands.end(fault);
    }

    @Override
    public void unload() throws TapeException {
        DriveFault fault = begin(UNLOAD);
        MemoryCartridge c = inside;
        if (loaded && c != null) {
            c.synchronise();
            loaded = false;
            position = 0;
        }
        commands.end(fault);
    }

    @Override
    public TapePosition position() throws TapeException {
        DriveFault fault = begin(POSITION);
        MemoryCartridge c = medium();
        commands.positionKnown();
        commands.end(fault);
        return new TapePosition(new BlockAddress(position), c.pastEarlyWarning(position));
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws TapeException {
        DriveFault fault = begin(WRITE);
        MemoryCartridge c = writable();
        int blockBytes = block.remaining();
        if (blockBytes < limits.shortest() || blockBytes > limits.longest()) {
            throw TapeFailures.blockNotAllowed(name, blockBytes, limits);
        }
        requireRoom(c, fault, blockBytes);
        byte[] bytes = new byte[blockBytes];
        block.get(bytes);
        if (fault == DriveFault.LOST_WRITE) {
            return outcome(c);
        }
        if (fault == DriveFault.POWER_LOSS_DURING) {
            c.cut(position);
            throw commands.cutPower();
        }
        c.append(position, bytes);
        position++;
        if (fault == DriveFault.EARLY_WARNING) {
            c.warnAt(position);
        }
        commands.end(fault);
        return outcome(c);
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws TapeException {
        if (count < 0 || count > 2) {
            throw new IllegalArgumentException("0 to 2 filemarks are written at once, not " + count);
        }
        DriveFault fault = begin(WRITE_FILEMARKS);
        MemoryCartridge c = count == 0 ? medium() : writable();
        if (count > 0) {
            requireRoom(c, fault, 0);
        }
        boolean torn = fault == DriveFault.POWER_LOSS_DURING;
        int written = torn ? faults.choose(count + 1) : count;
        for (int i = 0; i < written; i++) {
            c.appendFilemark(position);
            position++;
        }
        if (torn) {
            throw commands.cutPower();
        }
        c.synchronise();
        if (fault == DriveFault.EARLY_WARNING) {
            c.warnAt(position);
        }
        commands.end(fault);
        return outcome(c);
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws TapeException {
        DriveFault fault = begin(READ);
        MemoryCartridge c = medium();
        if (position == c.objects()) {
            commands.end(fault);
            return ReadOutcome.END_OF_DATA;
        }
        Recorded next = c.at(position);
        if (fault == DriveFault.MEDIUM_ERROR_ON_READ || next.isDamaged()) {
            throw complaints.mediumError(c, position, "read");
        }
        position++;
        byte[] block = next.block;
        if (block == null) {
            commands.end(fault);
            return ReadOutcome.FILEMARK;
        }
        if (block.length > into.remaining()) {
            throw TapeFailures.blockTooLong(name, new BlockAddress(position - 1L), block.length, into.remaining());
        }
        into.put(fault == DriveFault.FLIPPED_BIT ? commands.withFlippedBit(block) : block);
        commands.end(fault);
        return ReadOutcome.block(block.length);
    }

    @Override
    public void rewind() throws TapeException {
        DriveFault fault = begin(REWIND);
        medium();
        moveTo(0);
        commands.end(fault);
    }

    @Override
    public void locate(BlockAddress at) throws TapeException {
        DriveFault fault = begin(LOCATE);
        MemoryCartridge c = medium();
        if (at.value() > c.objects()) {
            moveTo(c.objects());
            throw TapeFailures.positionRefused(name, at.toString(), new BlockAddress(position));
        }
        moveTo((int) at.value());
        commands.end(fault);
    }

    @Override
    public void spaceFilemarks(int count) throws TapeException {
        DriveFault fault = begin(SPACE_FILEMARKS);
        MemoryCartridge c = medium();
        int left = count;
        while (left > 0 && position < c.objects()) {
            if (c.at(position++).isFilemark()) {
                left--;
            }
        }
        while (left < 0 && position > 0) {
            if (c.at(--position).isFilemark()) {
                left++;
            }
        }
        if (left != 0) {
            String target = (left < 0 ? "before " : "behind ") + Math.abs((long) left) + " more filemarks";
            throw TapeFailures.positionRefused(name, target, new BlockAddress(position));
        }
        commands.end(fault);
    }

    @Override
    public void spaceToEndOfData() throws TapeException {
        DriveFault fault = begin(SPACE_TO_END_OF_DATA);
        moveTo(medium().objects());
        commands.end(fault);
    }

    @Override
    public void erase() throws TapeException {
        DriveFault fault = begin(ERASE);
        MemoryCartridge c = writable();
        if (fault == DriveFault.MEDIUM_ERROR_ON_WRITE) {
            throw complaints.mediumError(c, position, "erased");
        }
        c.cut(position);
        if (fault == DriveFault.POWER_LOSS_DURING) {
            throw commands.cutPower();
        }
        c.synchronise();
        commands.end(fault);
    }

    /** No effect: the cartridge stays as it is, and what was not synchronised stays in the buffer. */
    @Override
    public void close() {}

    private @Nullable DriveFault begin(DriveOperation operation) throws TapeException {
        DriveFault fault = commands.begin(operation, this::restart);
        MemoryCartridge c = inside;
        if (fault == DriveFault.WRITE_PROTECTED && c != null) {
            c.protect();
        }
        return fault;
    }

    private MemoryCartridge medium() throws TapeException {
        MemoryCartridge c = inside;
        if (c == null || !loaded) {
            throw TapeFailures.noMedium(name);
        }
        return c;
    }

    private MemoryCartridge writable() throws TapeException {
        MemoryCartridge c = medium();
        if (c.isWriteProtected()) {
            throw TapeFailures.writeProtected(name, c.barcode());
        }
        return c;
    }

    private void requireRoom(MemoryCartridge c, @Nullable DriveFault fault, int blockBytes) throws TapeException {
        if (fault == DriveFault.MEDIUM_ERROR_ON_WRITE) {
            throw complaints.mediumError(c, position, "written");
        }
        if (fault == DriveFault.END_OF_MEDIUM) {
            c.endAt(position);
        }
        if (fault == DriveFault.END_OF_MEDIUM || (blockBytes > 0 && !c.takes(position, blockBytes))) {
            throw TapeFailures.endOfMedium(name, c.barcode(), new BlockAddress(position));
        }
    }

    private WriteOutcome outcome(MemoryCartridge c) {
        return c.pastEarlyWarning(position) ? WriteOutcome.WRITTEN_PAST_EARLY_WARNING : WriteOutcome.WRITTEN;
    }

    private void moveTo(int target) {
        position = target;
        commands.positionKnown();
    }

    private void restart() {
        MemoryCartridge c = inside;
        if (c != null) {
            c.losePower(faults.nextSeed());
        }
        moveTo(0);
    }

    private void dropBuffer(long seed) {
        MemoryCartridge c = inside;
        if (c != null) {
            c.losePower(seed ^ name.hashCode());
        }
        loaded = false;
        commands.forgetAttention();
        moveTo(0);
    }
}
