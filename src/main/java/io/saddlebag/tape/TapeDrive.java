package io.saddlebag.tape;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A sequential drive for one medium at a time (M3, M4, M9).
 *
 * <p><b>Contract of every implementation</b> (real, file, memory), held by one contract test:
 * <ul>
 *   <li>Exactly one block a {@link #write} and a {@link #read}; block lengths are kept.
 *   <li>Writing anywhere makes that place the end of data: whatever stood behind is gone. There is no rewriting in the
 *       middle.
 *   <li>Durable: all that was written before a {@link #writeFilemarks} that returned. A block alone may still be in a
 *       buffer. After a crash the medium reads as a prefix of what was written, never as anything else.
 *   <li>The position after a failure is what {@link #position()} says then, and never guessed. A failed write is never
 *       repeated by the drive itself.
 *   <li>Early warning is not the end: blocks after it are accepted until {@link TapeFault#END_OF_MEDIUM}.
 *   <li>One thread at a time. {@link #close()} releases the drive and leaves the medium in it.
 * </ul>
 *
 * <p>Operations that move or transfer throw {@link TapeException} with {@link TapeFault#NO_MEDIUM} when nothing is
 * loaded, and {@link TapeFault#UNIT_ATTENTION} once when the medium changed behind our back.
 */
public interface TapeDrive extends Closeable {
    /** The configured name, unique in the domain. */
    String name();

    Set<DriveCapability> capabilities();

    /** A real drive is asked when it loads a medium for the first time: until then these may be too wide. */
    BlockLimits blockLimits();

    /** Never throws {@link TapeFault#NO_MEDIUM}. */
    DriveState state() throws IOException;

    /** As {@link #state()}, but what was unloaded before proves nothing: a cleaning cartridge comes without any load (M17). */
    default MediumPresence presence() throws IOException {
        return state().loaded() ? MediumPresence.READY : MediumPresence.NONE;
    }

    /** Makes the medium that the robot put in the drive ready, at its beginning. No effect when it is ready. */
    void load() throws IOException;

    /**
     * As {@link #load()}; an LTO-9 drive measures each new cartridge first, which takes up to two hours.
     *
     * @param says gets a line when that takes longer than usual, and when it is done
     */
    default void load(Consumer<String> says) throws IOException {
        load();
    }

    /** Flushes, rewinds and gives the medium back to the robot. No effect when none is loaded. */
    void unload() throws IOException;

    /**
     * Whoever had the drive for itself lets go of it; what it loaded may stay in it. Never throws: it follows failures, too, and
     * what a drive has to say then, whoever loads next hears.
     */
    default void endUse() {}

    TapePosition position() throws IOException;

    /**
     * Writes the remaining bytes of the buffer as one block and consumes them.
     *
     * @throws TapeException {@link TapeFault#END_OF_MEDIUM}, {@link TapeFault#WRITE_PROTECTED},
     *     {@link TapeFault#BLOCK_LENGTH}, {@link TapeFault#MEDIUM_ERROR}, {@link TapeFault#OUT_OF_SPACE}, ...: whether
     *     the block is on the medium is then known from {@link #position()} only
     */
    WriteOutcome write(ByteBuffer block) throws IOException;

    /**
     * Writes filemarks; with 0 only flushes. On return everything written so far is durable.
     *
     * @param count 0 to 2
     */
    WriteOutcome writeFilemarks(int count) throws IOException;

    /**
     * Reads the next block into the buffer, from its position on, and advances the buffer by the block's length.
     *
     * @throws TapeException {@link TapeFault#BLOCK_LENGTH} when the block is longer than the buffer's remaining space
     *     (the position is behind the block, the buffer's content undefined), {@link TapeFault#MEDIUM_ERROR} when it
     *     can't be read (the position is before it)
     */
    ReadOutcome read(ByteBuffer into) throws IOException;

    void rewind() throws IOException;

    /** @throws TapeException {@link TapeFault#POSITION_REFUSED} when that is behind the end of data */
    void locate(BlockAddress at) throws IOException;

    /**
     * Moves over filemarks: forward to behind the count-th next one, backward (negative) to before the count-th
     * previous one.
     *
     * @throws TapeException {@link TapeFault#POSITION_REFUSED} when there are fewer: the position is then the end of
     *     data, or the beginning
     */
    void spaceFilemarks(int count) throws IOException;

    void spaceToEndOfData() throws IOException;

    /** Makes the present position the end of data, durably. */
    void erase() throws IOException;

    /**
     * What the drive wants to be known since it was asked last; asking may clear it (M17). Empty also where a drive has no
     * such thing. May be called with and without a medium.
     */
    default Set<TapeAlert> alerts() throws IOException {
        return Set.of();
    }
}
