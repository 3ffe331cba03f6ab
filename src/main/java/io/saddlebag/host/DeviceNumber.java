package io.saddlebag.host;

/** Which driver, and which of its devices, a device node stands for. */
public record DeviceNumber(int major, int minor) {
    /** Twelve bits on Linux. */
    public static final int LAST_MAJOR = 0xFFF;

    /** Twenty bits on Linux. */
    public static final int LAST_MINOR = 0xF_FFFF;

    /** Of everything that isn't a device. */
    public static final DeviceNumber NONE = new DeviceNumber(0, 0);
}
