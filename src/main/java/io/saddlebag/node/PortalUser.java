package io.saddlebag.node;

import java.nio.file.Path;

/**
 * Whom portals and their targets ask for (CHAP).
 *
 * @param secretFile the secret in its first line; readable by its owner alone
 */
public record PortalUser(String name, Path secretFile) {}
