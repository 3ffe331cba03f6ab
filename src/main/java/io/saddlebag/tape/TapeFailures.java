package io.saddlebag.tape;

/** The words for failures that every kind of drive has, so that an operator reads the same text from each of them. */
public final class TapeFailures {
    private TapeFailures() {}

    public static TapeException noMedium(String drive) {
        return new TapeException(
                TapeFault.NO_MEDIUM,
                "no cartridge is loaded in drive " + drive,
                "Load a cartridge and repeat the operation.");
    }

    public static TapeException writeProtected(String drive, String cartridge) {
        return new TapeException(
                TapeFault.WRITE_PROTECTED,
                "cartridge " + cartridge + " in drive " + drive + " is write-protected",
                "Load another cartridge, or take the protection off this one.");
    }

    /** @param at the block that did not fit */
    public static TapeException endOfMedium(String drive, String cartridge, BlockAddress at) {
        return new TapeException(
                TapeFault.END_OF_MEDIUM,
                "cartridge " + cartridge + " in drive " + drive + " ends before " + at,
                "Load another cartridge; the volume should have been ended at early warning.");
    }

    public static TapeException blockTooLong(String drive, BlockAddress at, int blockBytes, int bufferBytes) {
        return new TapeException(
                TapeFault.BLOCK_LENGTH,
                at + " in drive " + drive + " is " + blockBytes + " bytes long, the buffer takes " + bufferBytes,
                "Read with the block size that the volume was written with, or a larger one.");
    }

    public static TapeException blockNotAllowed(String drive, int blockBytes, BlockLimits limits) {
        return new TapeException(
                TapeFault.BLOCK_LENGTH,
                "drive " + drive + " takes blocks of " + limits.shortest() + " to " + limits.longest() + " bytes, not "
                        + blockBytes,
                "Choose a block size within these limits.");
    }

    /** @param reached where the drive stands now */
    public static TapeException positionRefused(String drive, String target, BlockAddress reached) {
        return new TapeException(
                TapeFault.POSITION_REFUSED,
                "drive " + drive + " can't go to " + target + ", it stands at " + reached,
                "Check that the right cartridge is loaded and that the catalog belongs to it.");
    }
}
