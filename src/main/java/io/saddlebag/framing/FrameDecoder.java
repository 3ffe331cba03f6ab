package io.saddlebag.framing;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the blocks of one section as they come from the medium and gives back what was framed, in order (M7). A block that
 * can't be read is left out: the gap is noticed. One lost data block of a group is rebuilt when the group's recovery block
 * comes; what follows it waits until then, a group at most.
 *
 * <pre>{@code
 * for (... each block that could be read ...) {
 *     frames.accept(block);
 *     for (ByteBuffer data = frames.poll(); data != null; data = frames.poll()) { ... }
 * }
 * frames.finish(trailer.blocks());
 * ... poll again ...
 * }</pre>
 *
 * Not thread-safe.
 */
public final class FrameDecoder {
    private final ProtectedFraming framing;
    private final FramedSection section;
    private final Consumer<FrameFinding> findings;
    private final Parity parity;
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    /** Data of this group that is behind a missing block, by sequence. */
    private final NavigableMap<Long, ByteBuffer> held = new TreeMap<>();
    /** Data blocks of this group that did not come. */
    private final NavigableSet<Long> missing = new TreeSet<>();
    /** One more than the largest that came or was found missing. */
    private long next;
    /** A short group's recovery block came, which only the last group has. */
    private boolean ended;

    /** @param findings gets what was put right, as soon as it is known */
    public FrameDecoder(ProtectedFraming framing, FramedSection section, Consumer<FrameFinding> findings) {
        this.framing = framing;
        this.section = section;
        this.findings = findings;
        this.parity = new Parity(framing);
    }

    /**
     * Takes the next block. What {@link #poll()} gives until the next call may be parts of this buffer.
     *
     * @param block from 0 to its limit; its contents are kept, its byte order is set
     * @throws FramingException {@link FramingFault#BLOCKS_LOST} when more is missing than can be rebuilt
     */
    public void accept(ByteBuffer block) throws FramingException {
        requireDrained();
        FrameHeader header;
        try {
            header = FrameHeader.read(block, section, framing);
        } catch (FrameHeader.NoFrame e) {
            FrameFinding.Kind kind = e.foreign ? FrameFinding.Kind.FOREIGN : FrameFinding.Kind.DAMAGED;
            find(kind, next, "a block where " + next + " should be was dropped: " + e.getMessage());
            return;
        }
        if (ended) {
            find(
                    FrameFinding.Kind.DAMAGED,
                    header.sequence(),
                    "block " + header.sequence() + " behind the last was dropped");
        } else if (header.sequence() >= next) {
            arrive(header, block);
        } else if (missing.remove(header.sequence())) {
            find(FrameFinding.Kind.REORDERED, header.sequence(), "block " + header.sequence() + " came late");
            data(header, block);
        } else {
            find(
                    FrameFinding.Kind.DUPLICATE,
                    header.sequence(),
                    "block " + header.sequence() + " came again and was dropped");
        }
    }

    /** The next part of the section, good until the next {@link #accept}; null when another block is needed. */
    public @Nullable ByteBuffer poll() {
        return ready.poll();
    }

    /**
     * There are no more blocks.
     *
     * @param blocks that the section should have, recovery blocks counted
     * @throws FramingException {@link FramingFault#BLOCKS_LOST} when data is missing,
     *     {@link FramingFault#CONTRADICTION} when there were more blocks
     */
    public void finish(long blocks) throws FramingException {
        requireDrained();
        if (next > blocks) {
            throw new FramingException(
                    FramingFault.CONTRADICTION, section + " has " + next + " framed blocks, and should have " + blocks);
        }
        while (next < blocks) {
            miss(next == blocks - 1);
        }
        closeGroup();
    }

    private void arrive(FrameHeader header, ByteBuffer block) throws FramingException {
        while (next < header.sequence()) {
            miss(false);
        }
        if (framing.placeOf(next) == 0) {
            closeGroup();
        }
        next++;
        if (header.kind() == FrameHeader.Kind.DATA) {
            data(header, block);
        } else {
            recovery(header, block);
        }
    }

    /** The block at {@link #next} isn't there. */
    private void miss(boolean last) throws FramingException {
        if (framing.placeOf(next) == 0) {
            closeGroup();
        }
        boolean recovery = framing.hasRecovery() && (last || framing.placeOf(next) == framing.groupSize());
        long lost = next++;
        if (recovery) {
            requireNothingMissing("its recovery block " + lost + " is lost, too");
            find(FrameFinding.Kind.RECOVERY_LOST, lost, "recovery block " + lost + " is lost, and was not needed");
        } else {
            missing.add(lost);
            if (!framing.hasRecovery()) {
                requireNothingMissing("the section has no recovery blocks");
            }
        }
    }

    private void data(FrameHeader header, ByteBuffer block) {
        ByteBuffer payload =
                block.duplicate().clear().position(FrameHeader.BYTES).limit(FrameHeader.BYTES + header.length());
        if (framing.hasRecovery()) {
            parity.add(block, header.length());
        }
        if (missing.isEmpty() && held.isEmpty()) {
            ready.add(payload);
        } else {
            hold(header.sequence(), payload);
            release();
        }
    }

    private void recovery(FrameHeader header, ByteBuffer block) throws FramingException {
        ended = framing.placeOf(header.sequence()) < framing.groupSize();
        if (missing.size() > 1) {
            requireNothingMissing("a group's recovery block rebuilds one");
        }
        if (!missing.isEmpty()) {
            rebuild(missing.first(), header, block);
        }
    }

    private void rebuild(long lost, FrameHeader recovery, ByteBuffer block) throws FramingException {
        parity.add(block, recovery.length());
        int length = parity.lengths();
        if (length < 1 || length > framing.payloadBytes()) {
            throw new FramingException(
                    FramingFault.CONTRADICTION,
                    "block " + lost + " of " + section + " is lost, and its group says that it had " + length
                            + " bytes");
        }
        hold(lost, parity.block().position(FrameHeader.BYTES).limit(FrameHeader.BYTES + length));
        missing.clear();
        find(
                FrameFinding.Kind.REBUILT,
                lost,
                "block " + lost + " was rebuilt from its group " + framing.groupOf(lost) + ", " + length + " bytes");
        release();
    }

    private void hold(long sequence, ByteBuffer payload) {
        held.put(sequence, ByteBuffer.allocate(payload.remaining()).put(payload).flip());
    }

    /** Nothing overtakes a missing block. */
    private void release() {
        long before = missing.isEmpty() ? Long.MAX_VALUE : missing.first();
        while (!held.isEmpty() && held.firstKey() < before) {
            Map.Entry<Long, ByteBuffer> first = Objects.requireNonNull(held.pollFirstEntry());
            ready.add(first.getValue());
        }
    }

    private void closeGroup() throws FramingException {
        requireNothingMissing("its recovery block is lost, too");
        parity.clear();
    }

    private void requireNothingMissing(String why) throws FramingException {
        if (missing.isEmpty()) {
            return;
        }
        boolean one = missing.size() == 1;
        String which = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String group = framing.hasRecovery() ? " of group " + framing.groupOf(missing.first()) : "";
        throw new FramingException(
                FramingFault.BLOCKS_LOST,
                (one ? "block " : "blocks ") + which + group + " of " + section + (one ? " is" : " are")
                        + " lost and can't be rebuilt: " + why);
    }

    private void requireDrained() {
        if (!ready.isEmpty()) {
            throw new IllegalStateException("what was decoded was not taken");
        }
    }

    private void find(FrameFinding.Kind kind, long sequence, String what) {
        findings.accept(new FrameFinding(kind, sequence, what + " (" + section + ")"));
    }
}
