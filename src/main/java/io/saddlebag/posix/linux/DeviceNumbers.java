package io.saddlebag.posix.linux;

/** The kernel's encoding of a device number in 32 bits (linux/kdev_t.h, new_encode_dev). */
final class DeviceNumbers {
    private static final int LARGEST_MAJOR = 0xFFF;
    private static final int LARGEST_MINOR = 0xF_FFFF;

    private DeviceNumbers() {}

    static int encode(int major, int minor) {
        if (major < 0 || major > LARGEST_MAJOR || minor < 0 || minor > LARGEST_MINOR) {
            throw new IllegalArgumentException("no device number of Linux: " + major + ":" + minor + "; major is 0 to "
                    + LARGEST_MAJOR + ", minor 0 to " + LARGEST_MINOR);
        }
        return (minor & 0xFF) | (major << 8) | ((minor & ~0xFF) << 12);
    }
}
