package io.saddlebag.posix;

/** What mknod(2) makes. */
public enum SpecialFile {
    FIFO,
    SOCKET,
    CHARACTER_DEVICE,
    BLOCK_DEVICE
}
