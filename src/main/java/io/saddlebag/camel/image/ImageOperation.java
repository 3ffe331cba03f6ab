package io.saddlebag.camel.image;

/** What a step does. */
public enum ImageOperation {
    /** Makes the body an image. */
    IMAGE,
    /** Boots the newest backup in QEMU. */
    BOOT_TEST
}
