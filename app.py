"""The browser app: ``treatpath app``, or ``streamlit run app.py``."""

from sim.ui.frame import main

if __name__ == "__main__":  # worker processes import this file and must not draw pages
    main()
