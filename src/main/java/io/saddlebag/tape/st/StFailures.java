package io.saddlebag.tape.st;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;

/** What a drive behind the kernel's driver fails with, in words. Errors are numbers of errno, negative. */
final class StFailures {
    /** The kernel knows the drive, not what is in it. */
    private static final String CARTRIDGE = "in it";

    private final String drive;
    private final StDevice device;

    StFailures(String drive, StDevice device) {
        this.drive = drive;
        this.device = device;
    }

    TapeException of(String call, int error) {
        if (error == -StDevice.ENOMEDIUM) {
            return TapeFailures.noMedium(drive);
        }
        return new TapeException(
                TapeFault.DRIVE_ERROR,
                "drive " + drive + " failed: " + device.error(call, error),
                "Look at the kernel's log, the drive and the cartridge.");
    }

    TapeException ofWrite(String call, int error, int bytes) {
        return switch (-error) {
            case StDevice.EACCES, StDevice.EROFS -> writeProtected();
            case StDevice.EINVAL, StDevice.EBUSY, StDevice.EOVERFLOW -> new TapeException(
                    TapeFault.BLOCK_LENGTH,
                    "drive " + drive + " refused a block of " + bytes + " bytes: " + device.error(call, error),
                    "Choose a smaller block size, or raise what adapter and driver take.");
            default -> of(call, error);
        };
    }

    TapeException writeProtected() {
        return TapeFailures.writeProtected(drive, CARTRIDGE);
    }

    TapeException endOfMedium(long at) {
        return TapeFailures.endOfMedium(drive, CARTRIDGE, new BlockAddress(at));
    }

    TapeException blockTooLong(long at, int bufferBytes) {
        return new TapeException(
                TapeFault.BLOCK_LENGTH,
                new BlockAddress(at) + " in drive " + drive + " is longer than the buffer of " + bufferBytes + " bytes",
                "Read with the block size that the volume was written with, or a larger one.");
    }

    TapeException unreadable(long at, int error) {
        return new TapeException(
                TapeFault.MEDIUM_ERROR,
                new BlockAddress(at) + " in drive " + drive + " can't be read: " + device.error("read", error),
                "Clean the drive, try another one; the volume's copies hold the same data.");
    }
}
