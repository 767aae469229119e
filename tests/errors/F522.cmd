compile F522.arch --target torch
