package io.saddlebag.image;

import io.saddlebag.fault.FaultCode;

/** Failures of reading or making an image. */
public enum ImageFault implements FaultCode {
    TRUNCATED("SBG-I001", "the image was cut off; members before this place are whole"),
    MALFORMED("SBG-I002", "nothing from this place on can be trusted; members before it are whole"),
    HEADER_CHECKSUM("SBG-I003", "a header is damaged; members before it are whole"),
    HEADER_TOO_LARGE("SBG-I004", "nothing was read from this member on; members before it are whole"),
    BAD_NAME("SBG-I005", "the member was not read, because its name could lead outside the target"),
    UNSUPPORTED_MEMBER("SBG-I006", "the member was not read; members before it are whole"),
    CHECKSUM_MISMATCH("SBG-I007", "the files named are not as they were backed up; other files are"),
    NEWER_FORMAT("SBG-I008", "nothing was read; the image itself may be fine"),
    BAD_MANIFEST("SBG-I009", "nothing was read; the image's description of itself is damaged"),
    LAYER_DAMAGED("SBG-I010", "the frame named is lost; frames before it are whole"),
    UNKNOWN_LAYER("SBG-I011", "nothing was read"),
    TRAILING_DATA("SBG-I012", "all members were read and are whole, but something else follows them"),
    FRAME_NOT_REPRODUCED("SBG-I013", "the image being written is void; the source is unharmed"),
    BAD_INCREMENT("SBG-I014", "no state was put together from that image; a database has its old files");

    private final String id;
    private final String effect;

    ImageFault(String id, String effect) {
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
