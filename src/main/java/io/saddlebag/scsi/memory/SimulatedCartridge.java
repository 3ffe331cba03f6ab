package io.saddlebag.scsi.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cartridge of a {@link SimulatedTape}: blocks and filemarks, of which a first part is on the medium and the rest in the
 * drive's buffer. Not thread-safe, as a cartridge is in one drive.
 */
public final class SimulatedCartridge {
    /** Stands for a filemark. */
    static final byte[] FILEMARK = {};

    private final String name;
    private final List<byte[]> objects = new ArrayList<>();
    private final List<byte[]> damaged = new ArrayList<>();
    private int durable;
    private List<byte[]> overwritten = List.of();
    private int warnAfterBlocks;
    private int endAfterBlocks;
    private boolean writeProtected;
    private int density;
    private @Nullable LtoGeneration generation;
    private boolean measured;

    private SimulatedCartridge(String name, int warnAfterBlocks, int endAfterBlocks) {
        this.name = name;
        this.warnAfterBlocks = warnAfterBlocks;
        this.endAfterBlocks = endAfterBlocks;
    }

    /** Warns with the given block, and takes so many more. Filemarks cost nothing. */
    public static SimulatedCartridge ofBlocks(String name, int untilWarning, int afterWarning) {
        return new SimulatedCartridge(name, untilWarning, Math.addExact(untilWarning, afterWarning));
    }

    /** A new one of a generation: so many blocks of that size fit before early warning, and 1 % more behind. */
    public static SimulatedCartridge of(String name, LtoGeneration generation, long blockBytes) {
        int blocks = Math.toIntExact(generation.capacityBytes() / blockBytes);
        SimulatedCartridge cartridge = ofBlocks(name, blocks - blocks / 100, blocks / 100);
        cartridge.generation = generation;
        return cartridge;
    }

    /** As {@link #of}, however little fits. */
    public SimulatedCartridge lto(LtoGeneration other) {
        generation = other;
        return this;
    }

    /** Null for one that fits any drive. */
    @Nullable
    LtoGeneration generation() {
        return generation;
    }

    boolean isNew() {
        return generation != null && generation.isMeasuredFirst() && !measured;
    }

    void measured() {
        measured = true;
    }

    public String name() {
        return name;
    }

    public SimulatedCartridge protect() {
        writeProtected = true;
        return this;
    }

    /** Makes the object unreadable until it is overwritten. */
    public SimulatedCartridge damage(int at) {
        damaged.add(objects.get(at));
        return this;
    }

    /** All that was accepted, buffered or not: {@code abcd|efgh|#}. */
    public String drawing() {
        return objects.stream()
                .map(o -> isFilemark(o) ? "#" : new String(o, StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining("|"));
    }

    boolean isWriteProtected() {
        return writeProtected;
    }

    int density() {
        return density;
    }

    int size() {
        return objects.size();
    }

    byte[] at(int position) {
        return objects.get(position);
    }

    boolean isDamaged(int position) {
        byte[] object = objects.get(position);
        return damaged.stream().anyMatch(d -> d == object);
    }

    static boolean isFilemark(byte[] object) {
        return object == FILEMARK;
    }

    boolean hasRoomAt(int position) {
        return blocksBefore(position) < endAfterBlocks;
    }

    boolean isPastWarning(int position) {
        return blocksBefore(position) >= warnAfterBlocks;
    }

    void warnAt(int position) {
        warnAfterBlocks = Math.min(warnAfterBlocks, blocksBefore(position));
    }

    void endAt(int position) {
        endAfterBlocks = Math.min(endAfterBlocks, blocksBefore(position));
        warnAfterBlocks = Math.min(warnAfterBlocks, endAfterBlocks);
    }

    void append(int position, byte[] object, int writtenDensity) {
        cut(position);
        if (position == 0) {
            density = writtenDensity;
        }
        objects.add(object);
    }

    /** Forgets what stands from here on; it stays forgotten from the next synchronisation on. */
    void cut(int position) {
        if (position < durable) {
            List<byte[]> old = new ArrayList<>(objects.subList(position, durable));
            old.addAll(overwritten);
            overwritten = old;
            durable = position;
        }
        objects.subList(position, objects.size()).clear();
    }

    void synchronise() {
        durable = objects.size();
        overwritten = List.of();
    }

    /** The buffer is lost, but for a part from its beginning on that was on its way to the medium. */
    void loseBuffer(Random chance) {
        int kept = chance.nextInt(objects.size() - durable + 1);
        objects.subList(durable + kept, objects.size()).clear();
        if (kept == 0 && chance.nextBoolean()) {
            objects.addAll(overwritten);
        }
        synchronise();
    }

    private int blocksBefore(int position) {
        int blocks = 0;
        for (int i = 0; i < position; i++) {
            blocks += isFilemark(objects.get(i)) ? 0 : 1;
        }
        return blocks;
    }
}
