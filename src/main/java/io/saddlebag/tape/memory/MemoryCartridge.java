package io.saddlebag.tape.memory;

import io.saddlebag.tape.BlockAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A cartridge in memory that knows which of its objects are durable. What stands behind the last synchronisation is in
 * the drive's buffer: {@link #losePower} keeps a prefix of it, by the seed, and never a part of a block. An overwritten
 * cartridge is its old self until something of the new reached it. Not thread-safe, as a cartridge is in one drive.
 */
public final class MemoryCartridge {
    private final String barcode;
    private final List<Recorded> objects = new ArrayList<>();
    private Capacity capacity;
    private boolean writeProtected;
    private long loads;
    /** Objects from the beginning that are durable, and still what they were. */
    private int durable;
    /** Durable objects that were overwritten in the buffer only: they followed the durable ones. */
    private List<Recorded> overwritten = List.of();

    public MemoryCartridge(String barcode, Capacity capacity) {
        this.barcode = barcode;
        this.capacity = capacity;
    }

    public String barcode() {
        return barcode;
    }

    public Capacity capacity() {
        return capacity;
    }

    public boolean isWriteProtected() {
        return writeProtected;
    }

    /** Sets the tab. */
    public MemoryCartridge protect() {
        writeProtected = true;
        return this;
    }

    /** Takes the tab off. */
    public MemoryCartridge unprotect() {
        writeProtected = false;
        return this;
    }

    /** How often it was loaded. */
    public long loads() {
        return loads;
    }

    /** Blocks and filemarks. */
    public int objects() {
        return objects.size();
    }

    /** All blocks and filemarks as text: {@code abcd|efgh|#|#}. */
    public String drawing() {
        return drawing(Integer.MAX_VALUE);
    }

    /** As {@link #drawing()}, blocks longer than this shortened to {@code abc~80}. */
    public String drawing(int longest) {
        return objects.stream().map(o -> o.drawing(longest)).collect(Collectors.joining("|"));
    }

    /** Makes an object unreadable until it is overwritten. */
    public MemoryCartridge damage(BlockAddress at) {
        objects.get(Math.toIntExact(at.value())).damage();
        return this;
    }

    /** Takes the damage off again. */
    public MemoryCartridge heal(BlockAddress at) {
        objects.get(Math.toIntExact(at.value())).heal();
        return this;
    }

    /** A second cartridge with the same content and state, for a run that starts here. */
    public MemoryCartridge copy() {
        MemoryCartridge copy = new MemoryCartridge(barcode, capacity);
        objects.forEach(o -> copy.objects.add(o.copy()));
        copy.writeProtected = writeProtected;
        copy.loads = loads;
        copy.durable = durable;
        copy.overwritten = overwritten.stream().map(Recorded::copy).toList();
        return copy;
    }

    /** Drops what was not synchronised, but for a prefix that the seed chooses. */
    public void losePower(long seed) {
        Random chance = FaultPlan.chance(seed);
        int kept = chance.nextInt(objects.size() - durable + 1);
        cutTo(durable + kept);
        if (kept == 0 && chance.nextBoolean()) {
            objects.addAll(overwritten);
        }
        synchronise();
    }

    Recorded at(int position) {
        return objects.get(position);
    }

    /** How much stands before a position. */
    long filledBefore(int position) {
        return position == 0 ? 0 : objects.get(position - 1).filledTo;
    }

    boolean pastEarlyWarning(int position) {
        return filledBefore(position) >= capacity.earlyWarning();
    }

    boolean takes(int position, int blockBytes) {
        // not a sum: an endless cartridge would overflow
        return capacity.costOf(blockBytes) <= capacity.size() - filledBefore(position);
    }

    void append(int position, byte[] block) {
        cut(position);
        objects.add(Recorded.block(block, filledBefore(position) + capacity.costOf(block.length)));
    }

    void appendFilemark(int position) {
        cut(position);
        objects.add(Recorded.filemark(filledBefore(position)));
    }

    /** Forgets what stands at and behind a position; it becomes durable with the next synchronisation. */
    void cut(int position) {
        if (position < durable) {
            List<Recorded> old = new ArrayList<>(objects.subList(position, durable));
            old.addAll(overwritten);
            overwritten = old;
            durable = position;
        }
        cutTo(position);
    }

    void synchronise() {
        durable = objects.size();
        overwritten = List.of();
    }

    void countLoad() {
        loads++;
    }

    void endAt(int position) {
        capacity = capacity.endingAt(filledBefore(position));
    }

    void warnAt(int position) {
        capacity = capacity.warningAt(filledBefore(position));
    }

    private void cutTo(int size) {
        objects.subList(size, objects.size()).clear();
    }
}
