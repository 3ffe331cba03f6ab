package io.saddlebag.scsi.memory;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of a simulated drive that moves a tape. It says what it does as SSC-3 wants it, but for its habits. */
final class TapeDeck {
    private static final int END_OF_DATA = 3;

    private final Set<TapeHabit> habits;
    private final Random chance;
    private @Nullable SimulatedCartridge inside;
    private boolean loaded;
    private boolean seated;
    private boolean letsGo;
    private boolean locked;
    private int position;

    TapeDeck(Set<TapeHabit> habits, Random chance) {
        this.habits = habits;
        this.chance = chance;
    }

    void insert(SimulatedCartridge cartridge) {
        if (inside != null) {
            throw new IllegalStateException("the drive is full");
        }
        inside = cartridge;
    }

    @Nullable
    SimulatedCartridge inside() {
        return inside;
    }

    SimulatedCartridge remove() {
        SimulatedCartridge out = inside;
        if (out == null || holds()) {
            throw new IllegalStateException("the drive releases no cartridge");
        }
        inside = null;
        loaded = false;
        letsGo = false;
        seated = false;
        return out;
    }

    /** A cartridge that can't be loaded is held all the same. */
    void seat() {
        seated = true;
    }

    boolean isSeated() {
        return seated;
    }

    /** As PREVENT ALLOW says, whoever sends it. */
    void lock(boolean now) {
        locked = now;
    }

    boolean isLocked() {
        return locked;
    }

    boolean isLoaded() {
        return loaded;
    }

    /** Whether a robot pulls in vain. */
    boolean holds() {
        return (loaded && !letsGo) || seated;
    }

    boolean isWriteProtected() {
        return loaded && medium().isWriteProtected();
    }

    int position() {
        return position;
    }

    /** @return whether there is something to load */
    boolean load() {
        if (inside == null) {
            return false;
        }
        loaded = true;
        letsGo = false;
        position = 0;
        return true;
    }

    void unload() {
        if (loaded) {
            medium().synchronise();
        }
        letsGo = habits.contains(TapeHabit.STAYS_READY);
        loaded = loaded && letsGo;
        seated = false;
        position = 0;
    }

    /** What was in the buffer is lost, and the tape goes to its beginning; a power loss also unloads it. */
    void reset(boolean stillLoaded) {
        if (inside != null) {
            inside.loseBuffer(chance);
        }
        loaded = loaded && stillLoaded;
        locked = false;
        position = 0;
    }

    void dropBuffer() {
        if (loaded) {
            medium().loseBuffer(chance);
            position = Math.min(position, medium().size());
        }
    }

    void rewind() {
        if (loaded) {
            medium().synchronise();
        }
        position = 0;
    }

    boolean isPastWarning() {
        return loaded && medium().isPastWarning(position);
    }

    void warnHere() {
        medium().warnAt(position);
    }

    void endHere() {
        medium().endAt(position);
    }

    TapeAnswer write(ByteBuffer data, int density, TapeProtection protection) {
        SimulatedCartridge c = medium();
        int bytes = data.remaining();
        if (c.isWriteProtected()) {
            return TapeAnswer.check(TapeSense.of(7, 0x27, 0));
        }
        if (!c.hasRoomAt(position)) {
            return TapeAnswer.check(
                    TapeSense.of(0xd, 0, 2).flagged(TapeSense.END_OF_MEDIUM).with(bytes));
        }
        if (!protection.accepts(data)) {
            return TapeAnswer.check(TapeSense.of(0xb, 0x10, 1));
        }
        byte[] block = new byte[bytes - protection.bytesOnWrite()];
        protection.block(data).get(block);
        c.append(position, block, density);
        position++;
        return warned(bytes);
    }

    TapeAnswer writeFilemarks(int count, int density) {
        SimulatedCartridge c = medium();
        if (count > 0 && c.isWriteProtected()) {
            return TapeAnswer.check(TapeSense.of(7, 0x27, 0));
        }
        for (int i = 0; i < count; i++) {
            c.append(position, SimulatedCartridge.FILEMARK, density);
            position++;
        }
        c.synchronise();
        return count == 0 ? TapeAnswer.GOOD : warned(0);
    }

    private TapeAnswer warned(int bytes) {
        if (!isPastWarning()) {
            return TapeAnswer.good(bytes);
        }
        boolean vague = habits.contains(TapeHabit.VAGUE_SENSE);
        TapeSense sense = TapeSense.of(0, 0, vague ? 0 : 2).flagged(TapeSense.END_OF_MEDIUM);
        return new TapeAnswer(vague ? sense : sense.with(0), bytes);
    }

    TapeAnswer erase() {
        SimulatedCartridge c = medium();
        if (c.isWriteProtected()) {
            return TapeAnswer.check(TapeSense.of(7, 0x27, 0));
        }
        c.cut(position);
        c.synchronise();
        return TapeAnswer.GOOD;
    }

    TapeAnswer read(ByteBuffer into, TapeProtection protection) {
        SimulatedCartridge c = medium();
        int asked = into.remaining();
        if (asked == 0) {
            return TapeAnswer.GOOD;
        }
        if (position == c.size()) {
            boolean vague = habits.contains(TapeHabit.VAGUE_SENSE);
            return TapeAnswer.check(
                    vague
                            ? TapeSense.of(8, 0, 0).flagged(TapeSense.END_OF_MEDIUM)
                            : TapeSense.of(8, 0, 5).with(asked));
        }
        byte[] block = c.at(position);
        if (c.isDamaged(position)) {
            return readError(asked);
        }
        position++;
        if (SimulatedCartridge.isFilemark(block)) {
            return TapeAnswer.check(
                    TapeSense.of(0, 0, 1).flagged(TapeSense.FILEMARK).with(asked));
        }
        return delivered(protection.sent(block), into);
    }

    TapeAnswer readError(int asked) {
        if (habits.contains(TapeHabit.STANDS_BEHIND_ERRORS) && position < medium().size()) {
            position++;
        }
        return TapeAnswer.check(TapeSense.of(3, 0x11, 0).with(asked));
    }

    private TapeAnswer delivered(byte[] block, ByteBuffer into) {
        int asked = into.remaining();
        TapeSense wrongLength = TapeSense.of(0, 0, 0).flagged(TapeSense.INCORRECT_LENGTH);
        if (asked > block.length) {
            boolean spoilt = habits.contains(TapeHabit.SPOILS_LONG_READS) && asked < 2 * block.length;
            int good = spoilt ? asked - block.length : block.length;
            into.duplicate().put(new byte[block.length]);
            into.duplicate().put(block, 0, good);
            return new TapeAnswer(wrongLength.with(asked - block.length), good);
        }
        if (asked == block.length) {
            into.duplicate().put(block);
            return TapeAnswer.good(asked);
        }
        boolean nothing = habits.contains(TapeHabit.NOTHING_OF_LONGER_BLOCKS);
        into.duplicate().put(block, 0, nothing ? 0 : asked);
        return new TapeAnswer(wrongLength.with(asked - block.length), nothing ? 0 : asked);
    }

    TapeAnswer locate(long block) {
        medium().synchronise();
        int end = medium().size();
        position = (int) Math.min(block, end);
        return block <= end ? TapeAnswer.GOOD : TapeAnswer.check(TapeSense.of(8, 0, 5));
    }

    TapeAnswer space(int what, int count) {
        SimulatedCartridge c = medium();
        c.synchronise();
        if (what == END_OF_DATA) {
            position = c.size();
            return TapeAnswer.GOOD;
        }
        boolean blocks = what == 0;
        int left = Math.abs(count);
        int way = Integer.signum(count);
        while (left > 0) {
            int next = way > 0 ? position : position - 1;
            if (next < 0) {
                return TapeAnswer.check(
                        TapeSense.of(0, 0, 4).flagged(TapeSense.END_OF_MEDIUM).with(left));
            }
            if (next == c.size()) {
                return TapeAnswer.check(TapeSense.of(8, 0, 5).with(left));
            }
            boolean mark = SimulatedCartridge.isFilemark(c.at(next));
            position += way;
            if (blocks && mark) {
                return TapeAnswer.check(
                        TapeSense.of(0, 0, 1).flagged(TapeSense.FILEMARK).with(left));
            }
            left -= blocks || mark ? 1 : 0;
        }
        return TapeAnswer.GOOD;
    }

    private SimulatedCartridge medium() {
        SimulatedCartridge c = inside;
        if (c == null || !loaded) {
            throw new IllegalStateException("nothing is loaded");
        }
        return c;
    }
}
