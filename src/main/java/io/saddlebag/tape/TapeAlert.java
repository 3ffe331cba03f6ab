package io.saddlebag.tape;

import java.util.Arrays;
import java.util.Optional;

/** What a drive wants to be known (TapeAlert log page 2Eh, SSC-3, 8.2.3). Reading the page clears it in many drives. */
public enum TapeAlert {
    HARD_ERROR(3, "the drive met an error that it could not correct"),
    MEDIA(4, "the cartridge is at fault: copy what is on it"),
    READ_FAILURE(5, "the drive or the cartridge is at fault: reading failed"),
    WRITE_FAILURE(6, "the drive or the cartridge is at fault: writing failed"),
    MEDIA_LIFE(7, "the cartridge is at the end of its life: copy what is on it"),
    NOT_DATA_GRADE(8, "the cartridge is not for data"),
    WRITE_PROTECT(9, "the cartridge is write-protected"),
    NO_REMOVAL(10, "the cartridge is locked in the drive"),
    CLEANING_MEDIA(11, "the cartridge in the drive is a cleaning cartridge"),
    UNSUPPORTED_FORMAT(12, "the cartridge has a format that this drive can't use"),
    SNAPPED_TAPE(14, "the tape has snapped or is cut"),
    FORCED_EJECT(16, "the cartridge was ejected by hand"),
    READ_ONLY_FORMAT(17, "this drive can only read the cartridge"),
    NEARING_MEDIA_LIFE(19, "the cartridge is nearing the end of its life"),
    CLEAN_NOW(20, "the drive needs cleaning now"),
    CLEAN_PERIODIC(21, "the drive is due for cleaning"),
    EXPIRED_CLEANING_MEDIA(22, "the cleaning cartridge is used up"),
    INVALID_CLEANING_MEDIA(23, "the cleaning cartridge is of the wrong kind"),
    HARDWARE_A(30, "the drive has a hardware fault: reset it"),
    HARDWARE_B(31, "the drive has a hardware fault: it needs repair"),
    EJECT_FAILED(34, "the drive could not eject the cartridge"),
    PREDICTIVE_FAILURE(37, "a hardware failure of the drive is predicted"),
    LOST_STATISTICS(50, "the cartridge's statistics are lost"),
    DIRECTORY_INVALID_AT_UNLOAD(51, "the tape's directory is invalid: locating will be slow"),
    SYSTEM_AREA_WRITE_FAILURE(52, "the tape's system area could not be written: copy what is on it"),
    SYSTEM_AREA_READ_FAILURE(53, "the tape's system area can't be read: copy what is on it");

    private final int flag;
    private final String meaning;

    TapeAlert(int flag, String meaning) {
        this.flag = flag;
        this.meaning = meaning;
    }

    /** 1 to 64. */
    public int flag() {
        return flag;
    }

    /** For an operator. */
    public String meaning() {
        return meaning;
    }

    /** Whether a cleaning cartridge is what the drive asks for (M17). */
    public boolean asksForCleaning() {
        return this == CLEAN_NOW || this == CLEAN_PERIODIC;
    }

    /** Empty for flags that mean nothing to an operator of a backup. */
    public static Optional<TapeAlert> ofFlag(int flag) {
        return Arrays.stream(values()).filter(alert -> alert.flag == flag).findFirst();
    }
}
