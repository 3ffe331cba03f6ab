package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.BlockProtectionPage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Settings of a simulated drive, and the pages in which it shows them. */
final class TapePages {
    static final int SHORTEST_BLOCK = 1;
    static final int LONGEST_BLOCK = 8 << 20;

    private static final int CONTROL = 0x0a;
    private static final int COMPRESSION = 0x0f;
    private static final int CONFIGURATION = 0x10;
    private static final int KEEP = 0x7f;
    /** Of all LTO tape, tenths of a millimetre. */
    private static final short WIDTH = 127;

    private final String serialNumber;
    private final Set<TapeHabit> habits;
    private final SortedSet<Integer> alerts = new TreeSet<>();
    private LtoGeneration generation = LtoGeneration.LTO_6;
    private int blockBytes;
    private int density;
    private boolean buffered;
    private boolean compressing;
    private final TapeProtection protection = new TapeProtection();

    TapePages(String serialNumber, Set<TapeHabit> habits) {
        this.serialNumber = serialNumber;
        this.habits = habits;
        forgetSettings();
    }

    /** As after power on. */
    void forgetSettings() {
        blockBytes = 512;
        density = 0;
        buffered = true;
        compressing = true;
        protection.settings(BlockProtectionPage.OFF);
    }

    TapeProtection protection() {
        return protection;
    }

    private boolean hasCrc32c() {
        return generation.hasCrc32c() || habits.contains(TapeHabit.CRC32C);
    }

    void generation(LtoGeneration of) {
        generation = of;
    }

    boolean canUse(SimulatedCartridge cartridge) {
        return cartridge.generation() == null || generation.reads(cartridge.generation());
    }

    /** That of the cartridge, where it is of a generation; else what was set, or the drive's own. */
    int density(TapeDeck deck) {
        LtoGeneration medium = deck.isLoaded() ? generationOf(deck) : null;
        if (medium != null) {
            return medium.code();
        }
        return density == 0 ? generation.code() : density;
    }

    private static @Nullable LtoGeneration generationOf(TapeDeck deck) {
        SimulatedCartridge inside = deck.inside();
        return inside == null ? null : inside.generation();
    }

    /** What is in the drive is too old to be written. */
    boolean onlyReads(TapeDeck deck) {
        LtoGeneration medium = deck.isLoaded() ? generationOf(deck) : null;
        return medium != null && !generation.writes(medium);
    }

    int blockBytes() {
        return blockBytes;
    }

    boolean isCompressing() {
        return compressing;
    }

    void alert(int flag) {
        alerts.add(flag);
    }

    TapeAnswer inquiry(byte[] cdb, ByteBuffer into) {
        if ((cdb[1] & 1) == 0) {
            byte[] data = new byte[36];
            data[0] = 1;
            data[1] = (byte) 0x80;
            data[2] = 6;
            data[3] = 2;
            data[4] = 31;
            text(data, 8, "SBG     SIMULATED TAPE  0001");
            return deliver(data, into);
        }
        if ((cdb[2] & 0xff) == 0xb5 && !habits.contains(TapeHabit.NO_PROTECTION_OFFER)) {
            return deliver(TapeProtection.offer(hasCrc32c()), into);
        }
        if ((cdb[2] & 0xff) != 0x80) {
            return TapeAnswer.invalidField();
        }
        byte[] data = new byte[4 + serialNumber.length()];
        data[0] = 1;
        data[1] = (byte) 0x80;
        data[3] = (byte) serialNumber.length();
        text(data, 4, serialNumber);
        return deliver(data, into);
    }

    TapeAnswer blockLimits(ByteBuffer into) {
        return deliver(
                new byte[] {
                    0,
                    (byte) (LONGEST_BLOCK >> 16),
                    (byte) (LONGEST_BLOCK >> 8),
                    (byte) LONGEST_BLOCK,
                    0,
                    SHORTEST_BLOCK
                },
                into);
    }

    TapeAnswer modeSense(byte[] cdb, ByteBuffer into, TapeDeck deck) {
        int page = cdb[2] & 0x3f;
        byte[] protecting = page == CONTROL ? control(cdb[3] & 0xff) : new byte[0];
        boolean elsewhere = habits.contains(TapeHabit.COMPRESSION_IN_CONFIGURATION);
        boolean known = page == 0
                || protecting.length > 0
                || (page == COMPRESSION && !habits.contains(TapeHabit.NO_COMPRESSION) && !elsewhere)
                || (page == CONFIGURATION && elsewhere);
        if (!known) {
            return TapeAnswer.invalidField();
        }
        byte[] data = new byte[page == 0 ? 12 : page == CONTROL ? 12 + protecting.length : 28];
        System.arraycopy(protecting, 0, data, 12, protecting.length);
        data[0] = (byte) (data.length - 1);
        data[2] = (byte) ((deck.isWriteProtected() || onlyReads(deck) ? 0x80 : 0) | (buffered ? 0x10 : 0));
        data[3] = 8;
        data[4] = (byte) density(deck);
        data[9] = (byte) (blockBytes >> 16);
        data[10] = (byte) (blockBytes >> 8);
        data[11] = (byte) blockBytes;
        if (page == COMPRESSION) {
            data[12] = COMPRESSION;
            data[13] = 14;
            data[14] = (byte) (0x40 | (compressing ? 0x80 : 0));
            data[15] = (byte) 0x80;
            data[19] = 1;
            data[23] = 1;
        }
        if (page == CONFIGURATION) {
            data[12] = CONFIGURATION;
            data[13] = 14;
            data[26] = (byte) (compressing ? 1 : 0);
        }
        return deliver(data, into);
    }

    private byte[] control(int subpage) {
        if (habits.contains(TapeHabit.NO_SUBPAGES)) {
            return new byte[] {CONTROL, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        }
        boolean known = subpage == BlockProtectionPage.SUBPAGE && !habits.contains(TapeHabit.NO_PROTECTION);
        return known ? protection.page() : new byte[0];
    }

    TapeAnswer modeSelect(ByteBuffer parameters, TapeDeck deck) {
        byte[] data = new byte[parameters.remaining()];
        parameters.duplicate().get(data);
        if (data.length < 12 || data[3] != 8) {
            return TapeAnswer.check(TapeSense.of(5, 0x26, 0));
        }
        int wanted = data[4] & 0xff;
        boolean change = wanted != KEEP && wanted != 0 && wanted != density(deck);
        boolean fits = !deck.isLoaded() || generationOf(deck) == null;
        if (change && (deck.position() != 0 || !fits || !canWrite(wanted))) {
            return TapeAnswer.check(TapeSense.of(5, 0x26, 0));
        }
        boolean protecting = data.length > 12 && (data[12] & 0x3f) == CONTROL;
        boolean taken = protecting
                && !habits.contains(TapeHabit.NO_PROTECTION)
                && protection.select(Arrays.copyOfRange(data, 12, data.length), hasCrc32c());
        if (protecting && !taken) {
            return TapeAnswer.check(TapeSense.of(5, 0x26, 0));
        }
        if (data.length > 12 && !protecting) {
            boolean page = data.length == 28 && (data[12] & 0x3f) == COMPRESSION && data[13] == 14;
            if (!page || habits.contains(TapeHabit.NO_COMPRESSION)) {
                return TapeAnswer.check(TapeSense.of(5, 0x26, 0));
            }
            compressing = (data[14] & 0x80) != 0;
        }
        density = wanted == KEEP ? density : wanted;
        buffered = (data[2] & 0x70) != 0;
        blockBytes = (data[9] & 0xff) << 16 | (data[10] & 0xff) << 8 | (data[11] & 0xff);
        return TapeAnswer.good(data.length);
    }

    TapeAnswer logSense(byte[] cdb, ByteBuffer into) {
        if (habits.contains(TapeHabit.NO_LOG_PAGES)) {
            return TapeAnswer.noSuchCommand();
        }
        if ((cdb[2] & 0x3f) != 0x2e) {
            return TapeAnswer.invalidField();
        }
        byte[] data = new byte[4 + 64 * 5];
        data[0] = 0x2e;
        data[2] = (byte) ((data.length - 4) >> 8);
        data[3] = (byte) (data.length - 4);
        for (int flag = 1; flag <= 64; flag++) {
            int at = 4 + (flag - 1) * 5;
            data[at + 1] = (byte) flag;
            data[at + 3] = 1;
            data[at + 4] = (byte) (alerts.contains(flag) ? 1 : 0);
        }
        alerts.clear();
        return deliver(data, into);
    }

    TapeAnswer densities(ByteBuffer into) {
        if (habits.contains(TapeHabit.NO_DENSITY_REPORT)) {
            return TapeAnswer.noSuchCommand();
        }
        List<byte[]> descriptors = new ArrayList<>();
        for (LtoGeneration each : LtoGeneration.values()) {
            if (generation.reads(each)) {
                descriptors.add(descriptor(each));
            }
        }
        byte[] data = new byte[4 + 52 * descriptors.size()];
        data[1] = (byte) (data.length - 2);
        for (int i = 0; i < descriptors.size(); i++) {
            System.arraycopy(descriptors.get(i), 0, data, 4 + 52 * i, 52);
        }
        return deliver(data, into);
    }

    private boolean canWrite(int code) {
        return Arrays.stream(LtoGeneration.values()).anyMatch(each -> each.code() == code && generation.writes(each));
    }

    /** SSC-3, 7.8: WRTOK 80, DEFLT 20. */
    private byte[] descriptor(LtoGeneration of) {
        ByteBuffer descriptor = ByteBuffer.allocate(52);
        descriptor.put((byte) of.code()).put((byte) of.code());
        descriptor.put((byte) ((generation.writes(of) ? 0x80 : 0) | (of == generation ? 0x20 : 0)));
        descriptor.putInt(4, of.bitsPerMillimetre());
        descriptor.putShort(8, WIDTH);
        descriptor.putShort(10, (short) of.tracks());
        descriptor.putInt(12, of.megabytes());
        text(descriptor.array(), 16, "LTO-CVE ");
        text(descriptor.array(), 24, of.densityName());
        text(descriptor.array(), 32, of.description());
        return descriptor.array();
    }

    TapeAnswer position(byte[] cdb, ByteBuffer into, TapeDeck deck) {
        boolean longForm = (cdb[1] & 0x1f) == 6;
        if (longForm && habits.contains(TapeHabit.SHORT_POSITION_ONLY)) {
            return TapeAnswer.invalidField();
        }
        boolean stub = habits.contains(TapeHabit.STUB_POSITION);
        int at = stub ? 0 : deck.position();
        ByteBuffer data = ByteBuffer.allocate(longForm ? 32 : 20);
        int flags = (at == 0 ? 0x80 : 0) | (!stub && deck.isPastWarning() ? 0x40 : 0);
        if (longForm) {
            data.put(0, (byte) flags).putLong(8, at);
        } else {
            data.put(0, (byte) (flags | 0x20 | 0x10)).putInt(4, at).putInt(8, at);
        }
        return deliver(data.array(), into);
    }

    private static void text(byte[] data, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, data, at, bytes.length);
    }

    private static TapeAnswer deliver(byte[] data, ByteBuffer into) {
        int bytes = Math.min(data.length, into.remaining());
        into.duplicate().put(data, 0, bytes);
        return TapeAnswer.good(bytes);
    }
}
