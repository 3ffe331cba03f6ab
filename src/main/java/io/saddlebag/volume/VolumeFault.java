package io.saddlebag.volume;

import io.saddlebag.fault.FaultCode;

/** Failures of volumes, as opposed to drives and robots. */
public enum VolumeFault implements FaultCode {
    UNKNOWN_FAMILY("SBG-M001", "nothing was written"),
    UNKNOWN_VOLUME("SBG-M002", "nothing was read or written"),
    NO_VOLUME(
            "SBG-M003",
            "nothing of the image was stored, or the rest of it was not read; what is on the volumes is unharmed"),
    NO_DRIVE_FREE("SBG-M004", "nothing was read or written"),
    NO_EMPTY_SLOT("SBG-M005", "nothing was moved, read or written"),
    VOLUME_FULL_NO_SUCCESSOR(
            "SBG-M006", "the image was taken back; the images before it are unharmed and the volume takes others"),
    WRITE_FAILED(
            "SBG-M007",
            "the image is not stored, and what is left of it counts for nothing; the images before it are unharmed"),
    SOURCE_FAILED("SBG-M008", "the image is not stored; the images before it are unharmed"),
    WRONG_VOLUME("SBG-M009", "nothing was read from it and nothing written to it"),
    WRONG_IMAGE("SBG-M010", "nothing was restored from this section"),
    SECTION_DAMAGED("SBG-M011", "what was read of this image can't be trusted; other images are unharmed"),
    SECTION_UNREADABLE("SBG-M012", "the rest of this image was not read; other images are unharmed"),
    NOT_EXPIRED("SBG-M013", "nothing was changed"),
    NOT_BLANK("SBG-M014", "nothing was changed"),
    NO_CARTRIDGE("SBG-M015", "nothing was moved, read or written"),
    ID_IN_USE("SBG-M016", "nothing was changed"),
    TOO_SMALL("SBG-M017", "nothing of the image is on any volume"),
    OTHER_OWNER("SBG-M018", "nothing was changed"),
    BLOCK_SIZE("SBG-M019", "nothing was read or written"),
    LABEL("SBG-M020", "nothing of the image is on any volume; what is on the volumes is unharmed"),
    DENSITY("SBG-M021", "nothing was read or written"),
    PROTECTED("SBG-M022", "nothing was read"),
    NEEDED("SBG-M023", "nothing was changed"),
    CHAIN_NEEDED("SBG-M024", "nothing was changed"),
    NO_CLEANING_CARTRIDGE("SBG-M030", "nothing was moved; the drive works on, less well"),
    CLEANING_NOT_ENDED(
            "SBG-M032", "nothing was read or written; the drive can't be used until the cartridge is out of it"),
    UNKNOWN_DRIVE("SBG-M033", "nothing was read or written"),
    DECLINED(
            "SBG-M031",
            "nothing of the image was stored, or the rest of it was not read; what is on the volumes is unharmed");

    private final String id;
    private final String effect;

    VolumeFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
