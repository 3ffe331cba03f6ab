package io.saddlebag.image;

/** What a device node denotes; neither part is negative. */
public record DeviceNumber(long major, long minor) {
    public DeviceNumber {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException("device numbers are not negative: " + major + ":" + minor);
        }
    }
}
