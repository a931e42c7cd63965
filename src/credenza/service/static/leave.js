// The page that posts a form to another institution does so by itself; without script its button does.
document.querySelector("form[data-leave]")?.submit();
