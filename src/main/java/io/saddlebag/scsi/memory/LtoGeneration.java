package io.saddlebag.scsi.memory;

/**
 * Generations of LTO drives and cartridges: density codes, bits per millimetre, tracks and capacities as drives report them
 * (REPORT DENSITY SUPPORT; values as FreeBSD's mt and mhvtl have them), and which cartridges a drive takes.
 */
public enum LtoGeneration {
    LTO_3(3, 0x44, 9_638, 704, 400_000, "U-316", "Ultrium 3/16T"),
    LTO_4(4, 0x46, 12_725, 896, 800_000, "U-416", "Ultrium 4/16T"),
    LTO_5(5, 0x58, 15_142, 1_280, 1_500_000, "U-516", "Ultrium 5/16T"),
    LTO_6(6, 0x5a, 15_142, 2_176, 2_500_000, "U-616", "Ultrium 6/16T"),
    LTO_7(7, 0x5c, 19_107, 3_584, 6_000_000, "U-732", "Ultrium 7/32T"),
    LTO_8(8, 0x5e, 20_669, 6_656, 12_000_000, "U-832", "Ultrium 8/32T"),
    LTO_9(9, 0x60, 23_031, 8_960, 18_000_000, "U-932", "Ultrium 9/32T"),
    /** How many tracks it has, no public source says: reported as 0. */
    LTO_10(10, 0x62, 21_657, 0, 30_000_000, "U-1032", "Ultrium 10/32T");

    private static final long MEGABYTE = 1_000_000;

    private final int number;
    private final int code;
    private final int bitsPerMillimetre;
    private final int tracks;
    private final int megabytes;
    private final String densityName;
    private final String description;

    LtoGeneration(
            int number,
            int code,
            int bitsPerMillimetre,
            int tracks,
            int megabytes,
            String densityName,
            String description) {
        this.number = number;
        this.code = code;
        this.bitsPerMillimetre = bitsPerMillimetre;
        this.tracks = tracks;
        this.megabytes = megabytes;
        this.densityName = densityName;
        this.description = description;
    }

    /** The SSC density code. */
    public int code() {
        return code;
    }

    /** Uncompressed, in bytes. */
    public long capacityBytes() {
        return megabytes * MEGABYTE;
    }

    int bitsPerMillimetre() {
        return bitsPerMillimetre;
    }

    int tracks() {
        return tracks;
    }

    int megabytes() {
        return megabytes;
    }

    String densityName() {
        return densityName;
    }

    String description() {
        return description;
    }

    /** Up to LTO-9 a drive writes its own cartridges and those of the generation before; LTO-10 only its own. */
    public boolean writes(LtoGeneration cartridge) {
        int back = number - cartridge.number;
        return back == 0 || (back == 1 && this != LTO_10);
    }

    /** Up to LTO-7 a drive reads two generations back. */
    public boolean reads(LtoGeneration cartridge) {
        return writes(cartridge) || (compareTo(LTO_7) <= 0 && number - cartridge.number == 2);
    }

    /** Its logical block protection has CRC-32C. */
    boolean hasCrc32c() {
        return number >= 7;
    }

    /** A cartridge that no drive has loaded yet is measured first, which takes 20 minutes to two hours. */
    boolean isMeasuredFirst() {
        return this == LTO_9;
    }
}
