package io.saddlebag.architecture.planted.image;

class KnowsJul {
    Object log = java.util.logging.Logger.getLogger("x");
}
