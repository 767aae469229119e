compile R301.arch --net Flowers --target torch -o flowers
