package io.saddlebag.host;

/** Which driver, and which of its devices, a device node stands for. */
public record DeviceNumber(int major, int minor) {
    /** Of everything that isn't a device. */
    public static final DeviceNumber NONE = new DeviceNumber(0, 0);
}
